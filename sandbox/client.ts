import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { request } from 'node:https'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { realClock } from './clock.ts'
import type { Told } from './main.ts'

/** What a learner may miss in it; said by `kubectl tour doctor`. */
export const notModelled =
  'CRDs, webhooks, RBAC, Jobs, DaemonSets, Ingress, NetworkPolicy, autoscaling, quotas, more than one node, metrics'

/** A sandbox that answers. */
export interface Sandbox {
  readonly kubeconfig: string
  /** What kubectl is to be started with, so that it finds the sandbox and leaves nothing behind. */
  readonly env: { readonly KUBECONFIG: string; readonly KUBECACHEDIR: string }
  /** Ends it and takes away all that it wrote. */
  readonly stop: () => Promise<void>
}

/** A sandbox that belongs to this process. */
export interface OwnSandbox extends Sandbox {
  /** Called where it ends without having been stopped. */
  onDeath(listener: () => void): void
}

const folderName = 'tour-sandbox-'

/** There is no folder to be had for what a sandbox writes: what the machine says of it. */
export class Homeless extends Error {}

const homeless = (error: Error): never => {
  throw new Homeless(error.message)
}

/** Starts a sandbox that ends with this process, in a session of its own: a Ctrl-C at the terminal does not reach it before the cleaning. */
export async function start(): Promise<OwnSandbox> {
  await removeDead()
  const folder = await mkdtemp(join(tmpdir(), `${folderName}${process.pid}-`)).catch(homeless)
  const { child, kubeconfig } = await forked([folder])
  const ended = new Promise<void>((done) => child.once('exit', () => done()))
  let stopping = false
  const stop = async () => {
    stopping = true
    child.ref()
    if (child.connected) child.disconnect()
    const late = new AbortController()
    void realClock.sleep(5000, late.signal).then(
      () => child.kill('SIGKILL'),
      () => {},
    )
    await ended
    late.abort()
    await rm(folder, { recursive: true, force: true })
  }
  const onDeath = (listener: () => void) => void child.once('exit', () => (stopping ? undefined : listener()))
  return { kubeconfig, env: envFor(folder), stop, onDeath }
}

/** The one in the background, of this user; undefined where none answers. */
export async function running(): Promise<Sandbox | undefined> {
  const folder = await usersFolder()
  return (await answers(folder, 'GET', '/readyz')) ? inBackground(folder) : undefined
}

/** Starts one that stays until it is stopped, or until nobody has asked it anything for eight hours. */
export async function startInBackground(): Promise<Sandbox> {
  const folder = await usersFolder()
  await rm(folder, { recursive: true, force: true }).catch(homeless)
  await mkdir(folder, { mode: 0o700 }).catch(homeless)
  const { child } = await forked([folder, 'background'])
  child.disconnect()
  return inBackground(folder)
}

const inBackground = (folder: string): Sandbox => ({
  kubeconfig: join(folder, 'kubeconfig'),
  env: envFor(folder),
  stop: async () => {
    await answers(folder, 'POST', '/sandbox/stop')
    while (await answers(folder, 'GET', '/readyz')) await realClock.sleep(50)
  },
})

const envFor = (folder: string) => ({ KUBECONFIG: join(folder, 'kubeconfig'), KUBECACHEDIR: join(folder, 'cache') })

const main = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? 'main.ts' : 'main.js', import.meta.url))

function forked(args: readonly string[]): Promise<{ readonly child: ChildProcess; readonly kubeconfig: string }> {
  // A young generation of 16 MB a semi-space, V8's choice, is memory that a sandbox has no use for.
  const execArgv = [...process.execArgv, '--max-semi-space-size=4']
  const child = fork(main, args, { detached: true, execArgv, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
  return new Promise((done, fail) => {
    const failed = (why: string) => fail(new Error(`the sandbox did not start: ${why}`))
    child.once('message', (told: Told) => {
      if ('failure' in told) return failed(told.failure)
      child.unref()
      child.channel?.unref()
      done({ child, kubeconfig: told.kubeconfig })
    })
    child.once('error', (error) => failed(error.message))
    child.once('exit', (code) => failed(`it ended with ${code}`))
  })
}

/** One per user, where nobody else can write: not a link, ours, 0700. */
async function usersFolder(): Promise<string> {
  const { uid } = userInfo()
  const folder = join(process.env['XDG_RUNTIME_DIR'] || tmpdir(), `${folderName}of-${uid}`)
  const found = await lstat(folder).catch(() => undefined)
  if (found !== undefined && (!found.isDirectory() || (uid >= 0 && found.uid !== uid)))
    throw new Error(`${folder} is not this user's`)
  if (found !== undefined) await chmod(folder, 0o700)
  return folder
}

/** Those of tours that were killed: the sandbox went with its channel, and could not take its folder along if it was killed, too. */
async function removeDead(): Promise<void> {
  const names = (await readdir(tmpdir()).catch(homeless)).filter(
    (name) => name.startsWith(folderName) && !name.includes('-of-'),
  )
  const dead = names.filter((name) => !isRunning(Number(name.slice(folderName.length).split('-')[0])))
  await Promise.all(dead.map((name) => rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => {})))
}

function isRunning(pid: number): boolean {
  try {
    return Number.isInteger(pid) && process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

interface Kubeconfig {
  readonly clusters: readonly [{ readonly cluster: Readonly<Record<'server' | 'certificate-authority-data', string>> }]
  readonly users: readonly [{ readonly user: { readonly token: string } }]
}

/** Whether the sandbox of this folder answers, as the one that holds its token. */
async function answers(folder: string, method: string, path: string): Promise<boolean> {
  const text = await readFile(join(folder, 'access'), 'utf8').catch(() => undefined)
  if (text === undefined) return false
  const { clusters, users } = JSON.parse(text) as Kubeconfig
  const { server, 'certificate-authority-data': data } = clusters[0].cluster
  const options = {
    method,
    ca: Buffer.from(data, 'base64'),
    headers: { authorization: `Bearer ${users[0].user.token}` },
    timeout: 3000,
  }
  return new Promise((answer) => {
    const asked = request(`${server}${path}`, options, (response) => {
      response.resume()
      response.once('end', () => answer(response.statusCode === 200))
    })
    asked.once('timeout', () => asked.destroy())
    asked.once('error', () => answer(false))
    asked.end()
  })
}
