// The images of the sandbox's registry, as far as a kubelet has to know them: no program is imported here. Digests, sizes and configurations are
// those of the images that the real cluster runs.
import type { ImageConfig } from './image.ts'

/** What a container runtime's PullImage refuses with. */
export interface PullFailure {
  readonly failure: string
}

/** One repository: which tags it has, and what an image of a tag is configured to do. */
interface Repository {
  readonly name: string
  readonly tags: RegExp
  readonly config: (tag: string) => Omit<ImageConfig, 'reference'>
}

const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

const nginx = (user: string, digest: string) => (): Omit<ImageConfig, 'reference'> => ({
  digest,
  size: 33_455_784,
  entrypoint: ['/docker-entrypoint.sh'],
  command: ['nginx', '-g', 'daemon off;'],
  env: { PATH: path },
  workingDir: '/',
  user,
  stopSignal: 'SIGQUIT',
})

const postgresMajor = (tag: string) => /^\d+/.exec(tag)?.[0] ?? '17'

const repositories: readonly Repository[] = [
  {
    name: 'docker.io/library/busybox',
    tags: /^(latest|stable|unstable|1|1\.3\d(\.\d+)?)(-(glibc|uclibc|musl))?$|^(glibc|uclibc|musl)$/,
    config: () => ({
      digest: 'sha256:223f21cb8ecf9b84a3a5eccc4828bddd29ef6082f538c2feaa28c297a5cd8412',
      size: 2_530_512,
      entrypoint: [],
      command: ['sh'],
      env: { PATH: path },
      workingDir: '/',
      user: '',
      stopSignal: 'SIGTERM',
    }),
  },
  {
    name: 'docker.io/library/nginx',
    tags: /^(latest|stable|mainline|1|1\.2\d(\.\d+)?)(-(alpine|bookworm|perl|slim|alpine-slim))?$|^(alpine|bookworm|perl|alpine-slim)$/,
    config: nginx('', 'sha256:5f6044255648d1a1665802de717dcc9b51d3d7a8ebdd898c3c3d168077ed3051'),
  },
  {
    name: 'docker.io/nginxinc/nginx-unprivileged',
    tags: /^(latest|stable|mainline|1|1\.2\d(\.\d+)?)(-(alpine|bookworm|perl|slim|alpine-slim))?$|^(alpine|bookworm|perl|alpine-slim)$/,
    config: nginx('101', 'sha256:8ae0a0d0358793693ae6bf8ab41d04a2e335ce96a88103c09153dc223d20bcca'),
  },
  {
    name: 'docker.io/library/postgres',
    tags: /^(latest|1[4-7](\.\d+)?)(-(alpine|bookworm|bullseye|trixie|alpine3\.\d\d))?$|^(alpine|bookworm|bullseye|trixie)$/,
    config: (tag) => ({
      digest: 'sha256:8825148cba4871fb0610a81d2e0960c38e53080277be1ae0e7faf4806734f360',
      size: 77_774_348,
      entrypoint: ['docker-entrypoint.sh'],
      command: ['postgres'],
      env: {
        PATH: `${path}:/usr/lib/postgresql/${postgresMajor(tag)}/bin`,
        LANG: 'C.UTF-8',
        PG_MAJOR: postgresMajor(tag),
        PGDATA: '/var/lib/postgresql/data',
        PGHOST: '/var/run/postgresql',
      },
      workingDir: '/',
      user: '',
      stopSignal: 'SIGINT',
    }),
  },
  {
    name: 'registry.k8s.io/pause',
    tags: /^(latest|3\.\d+(\.\d+)?)$/,
    config: () => ({
      digest: 'sha256:278fb9dbcca9518083ad1e11276933a2e96f23de604a3a08cc3c80002767d24c',
      size: 320_448,
      entrypoint: ['/pause'],
      command: [],
      env: { PATH: path },
      workingDir: '/',
      user: '65535:65535',
      stopSignal: 'SIGTERM',
    }),
  },
]

/** `reference` as it stands in a Pod: "busybox", "docker.io/nginx:1.25", "postgres:16@sha256:...". */
export function findImage(reference: string): ImageConfig | PullFailure {
  const { name, tag, digest } = canonical(reference)
  const whole = `${name}:${tag}`
  const repository = repositories.find((each) => each.name === name)
  if (repository === undefined) return noSuchRepository(whole)
  const config = { reference: whole, ...repository.config(tag) }
  if (repository.tags.test(tag) && (digest === undefined || digest === config.digest)) return config
  return noSuchTag(digest === undefined ? whole : `${name}@${digest}`)
}

/** As containerd's reference.docker.ParseDockerRef fills in what is left out. */
function canonical(reference: string): { readonly name: string; readonly tag: string; readonly digest?: string } {
  const [tagged = '', digest] = reference.split('@')
  const [, given = '', tag = 'latest'] = /^(.+?)(?::([^:/]+))?$/.exec(tagged) ?? []
  const [first = '', ...rest] = given.split('/')
  const hasDomain = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost')
  const domain = hasDomain ? first.replace(/^index\.docker\.io$/, 'docker.io') : 'docker.io'
  const remote = hasDomain ? rest.join('/') : given
  const name = `${domain}/${domain === 'docker.io' && !remote.includes('/') ? `library/${remote}` : remote}`
  return { name, tag, ...(digest === undefined ? {} : { digest }) }
}

// containerd's words (core/remotes/docker/resolver.go), in those of its CRI plugin.
const refused = (code: string, reference: string, why: string): PullFailure => ({
  failure: `rpc error: code = ${code} desc = failed to pull and unpack image "${reference}": failed to resolve reference "${reference}": ${why}`,
})

const noSuchTag = (reference: string) => refused('NotFound', reference, `${reference}: not found`)

const noSuchRepository = (reference: string) =>
  refused(
    'Unknown',
    reference,
    `the sandbox has no such image; it has ${repositories.map(({ name }) => name.replace(/^docker\.io\/(library\/)?/, '')).join(', ')}`,
  )
