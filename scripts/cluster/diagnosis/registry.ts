import type { Severity } from './scene.ts'

export interface PullFailure {
  readonly severity: Severity
  readonly cause: string
  readonly remedy: string
}

interface Pull {
  readonly image: string
  readonly message: string
  /** The registry as a person would call it. */
  readonly registry: string
  /** The way out that is always open: another image, or the same from elsewhere. */
  readonly another: string
}

interface Rule {
  readonly when: RegExp
  readonly severity: 'final' | 'doubtful'
  readonly cause: (pull: Pull) => string
  readonly remedy: (pull: Pull) => string
}

const mirror = 'take the images from a mirror with --registry PREFIX'

// The wording is containerd's (1.6, recorded) and that of CRI-O and Docker where it differs. The first rule that matches counts:
// an error about a token or a name may quote the address that another rule would look for.
const rules: readonly Rule[] = [
  {
    when: /no match for platform|no matching manifest|no image found in (?:manifest list|image index) for architecture/,
    severity: 'final',
    cause: ({ image }) => `the image ${image} is not made for this node's platform`,
    remedy: ({ another }) => another,
  },
  {
    when: /\b429\b|toomanyrequests|too many requests|pull rate limit/i,
    severity: 'doubtful',
    cause: ({ registry, image }) => `the rate limit of ${registry} is reached, and ${image} has to wait`,
    remedy: () => `wait until the limit is over, or ${mirror}`,
  },
  {
    when: /pull access denied|insufficient_scope|requested access to the resource is denied/,
    severity: 'doubtful',
    cause: ({ registry, image }) => `${registry} does not give out ${image}: it is not there, or needs a login`,
    remedy: ({ another }) => another,
  },
  {
    when: /unauthorized|no basic auth credentials|authentication required|failed to authorize|\b40[13] (?:unauthorized|forbidden)/i,
    severity: 'doubtful',
    cause: ({ registry, image }) => `${registry} wants a login before it gives out ${image}`,
    remedy: () => `give the namespace's default ServiceAccount an image pull secret, or ${mirror}`,
  },
  {
    when: /x509:|tls: failed to verify|certificate/,
    severity: 'doubtful',
    cause: ({ registry }) => `the node does not trust the certificate of ${registry}`,
    remedy: () => `have the nodes trust its authority, or ${mirror}`,
  },
  {
    when: /server gave HTTP response to HTTPS client/,
    severity: 'doubtful',
    cause: ({ registry }) => `${registry} speaks plain HTTP, and the node asks by HTTPS`,
    remedy: () => `configure it on the nodes as an HTTP registry, or ${mirror}`,
  },
  {
    when: /no such host|server misbehaving|\blookup \S+/,
    severity: 'doubtful',
    cause: ({ registry }) => `the node finds no address for ${registry}`,
    remedy: () => `see to the node's DNS and its way out, or ${mirror}`,
  },
  {
    when: /connection refused|network is unreachable|no route to host|connection reset/,
    severity: 'doubtful',
    cause: ({ registry }) => `the node cannot connect to ${registry}`,
    remedy: () => `see to the node's way there, or ${mirror}`,
  },
  {
    when: /i\/o timeout|timed? ?out|deadline exceeded|context canceled/i,
    severity: 'doubtful',
    cause: ({ registry }) => `${registry} does not answer the node in time`,
    remedy: () => `see to the node's way there, or ${mirror}`,
  },
  {
    when: /\b5\d\d [A-Z]/,
    severity: 'doubtful',
    cause: ({ registry, message }) =>
      `${registry} is out of order and answers ${/\b5\d\d [A-Z][A-Za-z ]+/.exec(message)?.[0].trim()}`,
    remedy: () => `wait until it is back, or ${mirror}`,
  },
  {
    when: /no space left on device/,
    severity: 'doubtful',
    cause: ({ image }) => `the node's disk has no room for ${image}`,
    remedy: () => 'make room on the node',
  },
  {
    when: /code = NotFound|: not found|manifest unknown|name unknown|repository does not exist/i,
    severity: 'final',
    cause: ({ image }) => `the registry has no image ${image}`,
    remedy: ({ another }) => another,
  },
]

/** What an image is called in --image NAME=REF: its last part, without tag and digest. */
export function shortName(image: string): string {
  return /([^/:@]+)(?::[^/]*)?(?:@.*)?$/.exec(image)?.[1] ?? image
}

function registryOf(image: string, message: string): string {
  const address = /\blookup ([^\s:]+)/.exec(message)?.[1] ?? /https?:\/\/([^/\s"]+)/.exec(message)?.[1]
  const written = /^([^/]*[.:][^/]*|localhost)\//.exec(image)?.[1]
  const host = address ?? written ?? 'docker.io'
  return /(?:^|\.)docker\.(?:io|com)$/.test(host) ? 'Docker Hub' : `the registry ${host}`
}

/** What the runtime's words about a failed pull mean; `name` is what --image calls the image. */
export function readPullFailure(image: string, message: string, name = shortName(image)): PullFailure {
  const another = `give another with --image ${name}=REF, or a mirror with --registry PREFIX`
  const pull = { image, message, registry: registryOf(image, message), another }
  const rule = rules.find(({ when }) => when.test(message))
  if (rule === undefined) return { severity: 'doubtful', cause: `the image ${image} cannot be pulled`, remedy: another }
  return { severity: rule.severity, cause: rule.cause(pull), remedy: rule.remedy(pull) }
}
