// The node's worker: all containers, and nothing else.
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { realClock } from '../clock.ts'
import type { LogLines, Connection, Session } from '../contracts.ts'
import { imageFor } from '../programs/images.ts'
import { serve } from './calls.ts'
import { endless } from './kernel/description.ts'
import { LocalRuntime } from './local.ts'
import { askingDisk, type DiskLink } from './syncdisk.ts'

/** What the worker is started with. */
export interface NodeData extends DiskLink {
  readonly buffers: number
}

interface Opened extends Partial<Omit<Session & Connection, 'output'>> {
  readonly output: AsyncIterable<unknown>
}

// A program's promise that nobody waits for rejects when its process ends: that is no fault of the node's.
process.on('unhandledRejection', () => {})

if (parentPort !== null) {
  const { buffers, ...link } = workerData as NodeData
  const runtime = new LocalRuntime({ clock: realClock, disk: askingDisk(link), imageFor, buffers })
  const exits = runtime.exits[Symbol.asyncIterator]()
  const own = {
    ping: () => {},
    exit: async () => (await exits.next()).value,
    open: (port: MessagePort, method: string, ...args: readonly unknown[]) => open(runtime, port, method, args),
  }
  serve(parentPort, (method, args) => doing(method in own ? own : runtime, method, args))
}

function doing(target: object, method: string, args: readonly unknown[]): unknown {
  const work = Reflect.get(target, method) as ((...given: readonly unknown[]) => unknown) | undefined
  return work?.apply(target, [...args])
}

/** What has input or output is served on a port of its own, and closed with it. */
async function open(runtime: LocalRuntime, port: MessagePort, method: string, args: readonly unknown[]): Promise<void> {
  const closing = endless()
  const log = (id: string, query: Omit<LogLines, 'signal'>): Opened => ({
    output: runtime.logs(id, { ...query, signal: closing.signal }),
  })
  const { output, exit, ...target } = (await (method === 'logs'
    ? log(...(args as Parameters<typeof log>))
    : doing(runtime, method, args))) as Opened
  const items = output[Symbol.asyncIterator]()
  const own = { next: async () => ((await items.next()) as IteratorResult<unknown, undefined>).value, exit: () => exit }
  port.on('close', () => {
    closing.abort()
    target.close?.()
  })
  serve(port, (called, given) => doing(called in own ? own : target, called, given))
}
