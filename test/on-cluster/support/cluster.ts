import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, realpath } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { type Listing, listingOf, unchanged } from './listing.ts'
import { temporary } from './temporary.ts'
import { type Rule, type User, userOf } from './user.ts'

const tools = join(import.meta.dirname, '../../../../shared/cluster')
const provider = 'kind://docker/tour/tour-control-plane'

export interface Output {
  readonly stdout: string
  readonly stderr: string
  readonly code: number
}

export type Component =
  | 'kube-apiserver'
  | 'kube-controller-manager'
  | 'kube-scheduler'
  | 'kube-proxy'
  | 'kubelet'
  | 'containerd'
  | 'etcd'
  | 'registry'

export interface Cluster {
  readonly kubeconfig: string
  /** The path of its own kubectl; in the sandbox, of PATH's. */
  readonly ownKubectl: string
  readonly dir: string
  readonly port: number
  /** The cluster's own kubectl, of the cluster's version. Never rejects. */
  readonly kubectl: (...args: string[]) => Promise<Output>
  /** What kubectl printed to stdout. Rejects when it fails. */
  readonly must: (...args: string[]) => Promise<string>
  /** kubectl apply with a manifest on stdin. Rejects when it fails. */
  readonly apply: (manifest: string) => Promise<string>
  /** A killed component is back a second later, a stopped one when it is told to `cont`. */
  readonly fault: (component: Component, action: 'kill' | 'stop' | 'cont') => Promise<void>
  /** Every object of every kind in every namespace. */
  readonly listing: () => Promise<Listing>
  /** Waits until the listing is what it was; rejects with the difference. */
  readonly unchanged: (before: Listing, seconds?: number) => Promise<void>
  /** A ServiceAccount of these rights, in the whole cluster or in one namespace. */
  readonly user: (name: string, rules: readonly Rule[], namespace?: string) => Promise<User>
}

export interface OwnCluster extends Cluster {
  readonly down: () => Promise<void>
}

const dirOfTests = () => process.env['TOUR_TEST_CLUSTER_DIR'] || '/var/tmp/tour-cluster'

/** Where this run's tests play: on the cluster that they share, one after the other, or in a sandbox of each test file's own. */
export async function cluster(): Promise<Cluster> {
  if (process.env['TOUR_TEST_TARGET'] === 'sandbox') return (await import('./sandbox.ts')).sandboxCluster()
  const refusal = await whyNot()
  if (refusal) throw new Error(refusal)
  return clusterAt(dirOfTests())
}

/** One sentence when this is no cluster that ../shared/cluster/up started: tests break things, and must not break anybody's. */
export async function whyNot(dir = dirOfTests()): Promise<string | undefined> {
  const refused = (why: string) =>
    `Cluster tests only run on what ../shared/cluster/up has started, and ${dir} is not that: ${why}.`
  const [node, port] = await Promise.all(['node.pid', 'port.pid'].map((file) => commandOf(join(dir, file))))
  if (!node?.includes(join('cluster', 'node'))) return refused('no node of its own is running')

  const kubeconfig = join(dir, 'kubeconfig')
  if (!existsSync(kubeconfig) || (await realpath(kubeconfig)) !== join(await realpath(dir), 'kubeconfig'))
    return refused('it holds no kubeconfig')
  const server = (await serverOf(dir)) ?? ''
  const number = /^https:\/\/127\.0\.0\.1:(\d+)$/.exec(server)?.[1]
  if (!number) return refused(`its server is ${server || 'unknown'}`)
  if (!port?.includes(`TCP-LISTEN:${number},`) || !port.includes(`${dir}/api.sock`))
    return refused(`port ${number} is not its own`)

  const nodes = await kubectlOf(dir)(['get', 'nodes', '-o', 'jsonpath={.items[*].spec.providerID}'])
  if (nodes.code !== 0) return refused(`it does not answer (${nodes.stderr.trim().split('\n').at(-1)})`)
  return nodes.stdout === provider ? undefined : refused(`its nodes are ${nodes.stdout || 'none'}`)
}

/** A cluster for one test file alone, for what would disturb the others. Stopped with down(), or at the latest by the runner. */
export async function ownCluster(name: string): Promise<OwnCluster> {
  const dir = join(clusters, `${ownPrefix()}${name}`)
  const port = await freePort()
  const env = { ...process.env, TOUR_CLUSTER_DIR: dir, TOUR_CLUSTER_PORT: String(port) }
  // Kubelets keep their Pods' logs in one folder of the machine, and remove from it what is not their own: each gets one to itself.
  await mkdir('/var/log/pods', { recursive: true })
  const apart = 'mount -t tmpfs tmpfs /var/log/pods && exec "$0"'
  const args = ['--mount', '--propagation', 'private', 'sh', '-c', apart, join(tools, 'up')]
  checked('up', await execute('unshare', args, env))
  return { ...(await clusterAt(dir)), down: () => down(dir, port) }
}

/** Stops what the tests of this run have left, and nobody else's. */
export async function ownClustersDown(): Promise<void> {
  for (const name of await readdir(clusters)) {
    const dir = join(clusters, name)
    if (name.startsWith(ownPrefix()) && dir !== dirOfTests()) await down(dir, portOf(await serverOf(dir)))
  }
}

const clusters = '/var/tmp'
const ownPrefix = () => `tour-cluster-${process.env['TOUR_TEST_RUN'] ?? process.pid}-`

async function down(dir: string, port: number): Promise<void> {
  const env = { ...process.env, TOUR_CLUSTER_DIR: dir, TOUR_CLUSTER_PORT: String(port) }
  checked('down', await execute(join(tools, 'down'), [], env))
}

const portOf = (server = 'https://none:0') => Number(new URL(server).port)

async function clusterAt(dir: string): Promise<Cluster> {
  const run = kubectlOf(dir)
  const kubectl = (...args: string[]) => run(args)
  const must = async (...args: string[]) => succeeded(`kubectl ${args.join(' ')}`, await run(args))
  return {
    kubeconfig: join(dir, 'kubeconfig'),
    ownKubectl: join(dir, 'bin/kubectl'),
    dir,
    port: portOf(await serverOf(dir)),
    kubectl,
    must,
    apply: async (manifest) => succeeded('kubectl apply', await run(['apply', '-f', '-'], manifest)),
    fault: async (component, action) =>
      checked(
        'fault',
        await execute(join(tools, 'fault'), [component, action], { ...process.env, TOUR_CLUSTER_DIR: dir }),
      ),
    listing: () => listingOf(must),
    unchanged: (before, seconds) => unchanged(must, before, seconds),
    user: (name, rules, namespace) => userOf({ must, run }, name, rules, namespace),
  }
}

export type Kubectl = (args: readonly string[], input?: string) => Promise<Output>

const kubectlOf = (dir: string) => kubectlAt(join(dir, 'bin/kubectl'), join(dir, 'kubeconfig'))

export function kubectlAt(binary: string, kubeconfig: string): Kubectl {
  const env = { PATH: process.env['PATH'], KUBERC: 'off', KUBECACHEDIR: temporary('cache') }
  return (args, input) => execute(binary, ['--kubeconfig', kubeconfig, ...args], env, input)
}

async function serverOf(dir: string): Promise<string | undefined> {
  const shown = await kubectlOf(dir)(['config', 'view', '--minify', '-o', 'jsonpath={.clusters[*].cluster.server}'])
  return shown.code === 0 ? shown.stdout : undefined
}

function execute(command: string, args: readonly string[], env: NodeJS.ProcessEnv, input?: string): Promise<Output> {
  return new Promise((resolve) => {
    const child = execFile(command, args, { env, maxBuffer: 2 ** 28 }, (error, stdout, stderr) => {
      const code = typeof error?.code === 'number' ? error.code : error ? 1 : 0
      resolve({ stdout, stderr: stderr || (code === 0 ? '' : (error?.message ?? '')), code })
    })
    child.stdin?.on('error', () => {})
    child.stdin?.end(input)
  })
}

export function succeeded(what: string, { stdout, stderr, code }: Output): string {
  if (code !== 0) throw new Error(`${what} failed (${code}): ${stderr.trim()}`)
  return stdout
}

function checked(what: string, output: Output): void {
  succeeded(join(tools, what), output)
}

/** The command line of the process whose id is in this file, while it runs. */
async function commandOf(file: string): Promise<string | undefined> {
  const pid = await readFile(file, 'utf8').catch(() => undefined)
  const command = pid && (await readFile(`/proc/${pid.trim()}/cmdline`, 'utf8').catch(() => undefined))
  return command?.replaceAll('\0', ' ')
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject).listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}
