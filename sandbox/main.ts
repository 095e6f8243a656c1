// The sandbox's process: FOLDER is where it writes, all of it; with a second word it stays when whoever started it goes.
import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { serve } from './api/server.ts'
import { realClock } from './clock.ts'
import type { World } from './contracts.ts'
import { startControllers } from './controllers/index.ts'
import { kinds, unmodelled } from './kinds/index.ts'
import { startKubelet } from './kubelet/index.ts'
import { startNode } from './node/index.ts'
import { recorder } from './store/recorder.ts'
import { publishAuthority, seed } from './store/seed.ts'
import { MemoryStore } from './store/store.ts'
import { version } from './version.ts'

/** What is told over the channel, once. */
export type Told = { readonly kubeconfig: string } | { readonly failure: string }

/** Without a request for so long, nobody uses it any more. */
const idleHours = 8

const [folder = '', background] = process.argv.slice(2)
const ending = new AbortController()

let closeNode = () => Promise.resolve()

async function end(code: number): Promise<void> {
  if (ending.signal.aborted) return
  ending.abort()
  try {
    await closeNode()
    // A database writes until it has seen that the node is gone.
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 })
  } finally {
    process.exit(code)
  }
}

async function start(): Promise<string> {
  const clock = realClock
  const store = new MemoryStore(kinds, clock)
  seed(store, clock)
  const disks = join(folder, 'disks')
  mkdirSync(disks, { mode: 0o700 })
  const node = startNode({ clock, disks, temporary: folder })
  closeNode = () => node.runtime.close()
  node.ready.catch(fail)
  const world: World = { store, clock, disks: node.disks, record: recorder(store, clock) }
  const kubelet = startKubelet(world, node.runtime, ending.signal)
  startControllers(world, ending.signal)

  let lastRequest = clock.now()
  if (background !== undefined)
    clock.every(60_000, () => {
      if (clock.now() - lastRequest > idleHours * 3_600_000) void end(0)
    })
  const token = randomBytes(32).toString('hex')
  const { url, certificateAuthority } = await serve(
    { store, kinds, unmodelled, clock, kubelet, version },
    { token, onRequest: () => (lastRequest = clock.now()), onStop: () => void end(0) },
  )
  publishAuthority(store, certificateAuthority)
  const text = kubeconfigFor(url, certificateAuthority, token)
  // The one is the learner's, who may change it; the other is how the tour finds the sandbox again.
  for (const name of ['access', 'kubeconfig']) writeFileSync(join(folder, name), text, { mode: 0o600 })
  return join(folder, 'kubeconfig')
}

const kubeconfigFor = (server: string, authority: string, token: string) =>
  `${JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'sandbox',
    clusters: [
      {
        name: 'sandbox',
        cluster: { server, 'certificate-authority-data': Buffer.from(authority).toString('base64') },
      },
    ],
    users: [{ name: 'sandbox', user: { token } }],
    contexts: [{ name: 'sandbox', context: { cluster: 'sandbox', user: 'sandbox', namespace: 'default' } }],
  })}\n`

const tell = (told: Told) => process.send?.(told)

function fail(error: Error): void {
  if (ending.signal.aborted) return
  writeFileSync(join(folder, 'fault'), `${error.stack}\n`, { mode: 0o600 })
  tell({ failure: error.message })
  if (process.env['DEBUG'] === undefined) void end(1)
}

for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const) process.on(signal, () => void end(0))
// A lesson's sandbox ends with the lesson, however that ends.
if (background === undefined) process.on('disconnect', () => void end(0))
process.on('uncaughtException', fail)

try {
  tell({ kubeconfig: await start() })
} catch (error) {
  fail(error as Error)
}
