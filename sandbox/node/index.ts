import { MessageChannel, Worker, type WorkerOptions } from 'node:worker_threads'
import { type Clock, realClock } from '../clock.ts'
import type { ContainerExit, Disks, Runtime } from '../contracts.ts'
import { Remote } from './calls.ts'
import { HostDisk } from './disks.ts'
import { heartbeat } from './heartbeat.ts'
import { Queue } from './queue.ts'
import { remoteRuntime } from './runtime.ts'
import { answerFor } from './syncdisk.ts'
import type { NodeData } from './worker.ts'

export interface NodeOptions {
  readonly clock?: Clock
  /** A folder of the host, for this user alone, in which the node's disk lies. */
  readonly disks: string
  /** Another one, for what programs of the host keep for a container. */
  readonly temporary?: string
  /** Megabytes: a heap that grows larger ends the worker, and not the process. */
  readonly heap?: number
  /** Bytes of buffers beside it, files among them. */
  readonly buffers?: number
}

/** The simulated node: a worker with all containers in it, started anew when it dies. What it is asked before it is `ready` waits. */
export function startNode({
  clock = realClock,
  disks: folder,
  temporary,
  heap = 384,
  buffers = 768 << 20,
}: NodeOptions): {
  readonly runtime: Runtime
  readonly disks: Disks
  readonly ready: Promise<void>
} {
  const disk = new HostDisk(folder)
  const exits = new Queue<ContainerExit>()
  const listeners = new Set<() => void>()
  let closing = false

  const boot = () => {
    const { port1, port2 } = new MessageChannel()
    const answered = new SharedArrayBuffer(4)
    answerFor(disk, { port: port1, answered })
    const worker = workerFrom({
      name: 'node',
      env: { ...process.env, ...(temporary === undefined ? {} : { TMPDIR: temporary }) },
      workerData: { port: port2, answered, buffers } satisfies NodeData,
      transferList: [port2],
      resourceLimits: { maxOldGenerationSizeMb: heap, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 },
    })
    const remote = new Remote(worker)
    let isUp = false
    const ready = remote.call('ping').then(() => void (isUp = true))
    const forwardExits = async () => {
      for (;;) await exits.push((await remote.call('exit')) as ContainerExit)
    }
    for (const each of [ready, forwardExits()]) each.catch(() => {})
    worker.on('error', (error) => remote.lose(error))
    worker.once('exit', () => {
      port1.close()
      remote.lose()
      // One that cannot even start would not do so the next time.
      if (closing || !isUp) return
      booted = boot()
      for (const listener of listeners) listener()
    })
    return { worker, remote, ready }
  }
  let booted = boot()
  const { ready } = booted
  const stop = heartbeat(
    clock,
    () => booted.remote.call('ping'),
    () => void booted.worker.terminate(),
  )
  return {
    runtime: {
      ...remoteRuntime(() => booted.remote),
      exits,
      onReboot: (listener) => void listeners.add(listener),
      close: async () => {
        closing = true
        stop()
        exits.end()
        await booted.worker.terminate()
      },
    },
    ready,
    disks: {
      make: async (path) => disk.makeVolume(path),
      remove: async (path) => disk.removeVolume(path),
    },
  }
}

/** Compiled, or from source: where tsx has to be told in each thread. */
function workerFrom(options: WorkerOptions): Worker {
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL('./worker.js', import.meta.url), options)
  const names = [import.meta.resolve('tsx/esm/api'), new URL('./worker.ts', import.meta.url).href]
  const [tsx, source] = names.map((name) => JSON.stringify(name))
  return new Worker(`import(${tsx}).then((tsx) => { tsx.register(); return import(${source}) })`, {
    ...options,
    eval: true,
  })
}
