/** One flag, as kubectl writes them, and the commands that know it. The parser, the help and the completion read this one table. */
export interface Flag {
  readonly flags: string
  readonly help: string
  readonly of: readonly CommandName[]
  readonly repeat?: boolean
}

export type CommandName = 'play' | 'clean' | 'status' | 'doctor' | 'sandbox' | 'list' | 'version' | 'completion'

const cluster: readonly CommandName[] = ['play', 'clean', 'status', 'doctor']

export const flags: readonly Flag[] = [
  { flags: '--auto', help: 'play unattended: no pauses, every claim checked', of: ['play'] },
  {
    flags: '-y, --yes',
    help: 'agree to play or clean on a cluster that is not known to be local',
    of: ['play', 'clean'],
  },
  { flags: '--sandbox', help: 'play in the sandbox: a cluster that comes along, simulated here', of: cluster },
  { flags: '--keep', help: 'do not clean at the end', of: ['play'] },
  { flags: '--from <step>', help: 'play the steps before this one (number or title) quickly', of: ['play'] },
  { flags: '--parallel', help: 'with --auto: play the lessons side by side', of: ['play'] },
  {
    flags: '--timeout <time>',
    help: 'how long one wait may take, like 30s or 5m (default 5m; clean 2m)',
    of: ['play', 'clean'],
  },
  {
    flags: '--storage-class <name>',
    help: 'the class of every claim, in place of the default one',
    of: ['play', 'doctor'],
  },
  { flags: '--registry <prefix>', help: 'pull every image from there: PREFIX/busybox:1.36', of: ['play'] },
  {
    flags: '--image <name=ref>',
    help: 'another image for busybox, nginx or postgres (repeatable)',
    of: ['play'],
    repeat: true,
  },
  { flags: '--dry-run', help: 'print what would be run, or what would go; touch nothing', of: ['play', 'clean'] },
  {
    flags: '-o, --output <format>',
    help: 'json: one event a line for a run, one document for the others',
    of: ['play', 'clean', 'status', 'doctor', 'list', 'version'],
  },
  { flags: '--junit <file>', help: 'write a test case per claim to this file', of: ['play'] },
  { flags: '--export', help: 'print what points a shell at it', of: ['sandbox'] },
  { flags: '--all', help: 'also what other users left behind, after asking', of: ['clean'] },
  { flags: '--no-color', help: 'no colours', of: ['play', 'clean', 'status', 'doctor', 'list'] },
  { flags: '--no-input', help: 'never ask anything', of: cluster },
]

/** kubectl's own. They go after `tour`, and hold for everything that the tour does. */
export const connectionFlags: readonly Flag[] = [
  { flags: '--kubectl <path>', help: 'the kubectl to run (default: KUBECTL_PATH, then PATH)', of: cluster },
  { flags: '--kubeconfig <file>', help: 'the kubeconfig to use', of: cluster },
  { flags: '--context <name>', help: 'the context to use', of: cluster },
  { flags: '--cluster <name>', help: 'the cluster entry to use', of: cluster },
  { flags: '--user <name>', help: 'the user entry to use', of: cluster },
  { flags: '-n, --namespace <name>', help: 'play in this namespace, next to what is there', of: cluster },
  { flags: '-s, --server <url>', help: 'the address of the API server', of: cluster },
  { flags: '--as <user>', help: 'impersonate this user', of: cluster },
  { flags: '--as-group <group>', help: 'impersonate this group (repeatable)', of: cluster, repeat: true },
  { flags: '--as-uid <uid>', help: 'impersonate this UID', of: cluster },
  { flags: '--token <token>', help: 'bearer token for the API server', of: cluster },
  { flags: '--certificate-authority <file>', help: 'certificate authority of the API server', of: cluster },
  { flags: '--client-certificate <file>', help: 'client certificate', of: cluster },
  { flags: '--client-key <file>', help: 'client key', of: cluster },
  { flags: '--insecure-skip-tls-verify', help: 'do not check the server certificate', of: cluster },
  { flags: '--tls-server-name <name>', help: 'name to check the server certificate against', of: cluster },
  { flags: '--disable-compression', help: 'no compression of responses', of: cluster },
  { flags: '--request-timeout <time>', help: 'how long one request may take, like 10s', of: cluster },
  { flags: '--cache-dir <folder>', help: "kubectl's cache folder", of: cluster },
]
