import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import { type Code, errno } from './errno.ts'
import type { Disk } from './fs/disk.ts'
import { Errno } from './process.ts'

/** How the worker reaches the disk: it asks the main thread, and waits, so that a system call is done at one go. */
export interface DiskLink {
  readonly port: MessagePort
  /** One number, which grows with every answer. */
  readonly answered: SharedArrayBuffer
}

interface Question {
  readonly id: number
  readonly method: keyof Disk
  readonly args: readonly unknown[]
}

type Answer = { readonly id: number } & ({ readonly value: unknown } | { readonly code: string })

const methods: readonly (keyof Disk)[] = [
  'stat',
  'list',
  'read',
  'write',
  'truncate',
  'make',
  'link',
  'remove',
  'move',
  'change',
  'space',
  'hostPath',
]

/** The worker's side. */
export function askingDisk({ port, answered }: DiskLink): Disk {
  const count = new Int32Array(answered)
  let asked = 0
  const ask = (method: keyof Disk, args: readonly unknown[]): unknown => {
    asked += 1
    port.postMessage({ id: asked, method, args } satisfies Question)
    for (;;) {
      const before = Atomics.load(count, 0)
      const received = receiveMessageOnPort(port)
      if (received === undefined) {
        Atomics.wait(count, 0, before)
        continue
      }
      const message = received.message as Answer
      // An answer to what an exception has kept from being waited for: the next would get it, and every one after it the one before.
      if (message.id !== asked) continue
      if ('code' in message) throw errno(message.code as Code)
      return message.value
    }
  }
  const asking = methods.map((method) => [method, (...args: readonly unknown[]) => ask(method, args)] as const)
  return Object.fromEntries(asking) as unknown as Disk
}

/** The main thread's side. */
export function answerFor(disk: Disk, { port, answered }: DiskLink): void {
  const count = new Int32Array(answered)
  const answerTo = ({ id, method, args }: Question): Answer => {
    try {
      const work = disk[method] as (...given: readonly unknown[]) => unknown
      return { id, value: work.apply(disk, [...args]) }
    } catch (error) {
      return { id, code: error instanceof Errno ? error.code : 'EIO' }
    }
  }
  port.on('message', (question: Question) => {
    port.postMessage(answerTo(question))
    Atomics.add(count, 0, 1)
    Atomics.notify(count, 0)
  })
  port.unref()
}
