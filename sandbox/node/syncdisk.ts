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
  readonly method: keyof Disk
  readonly args: readonly unknown[]
}

type Answer = { readonly value: unknown } | { readonly code: string }

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
  const ask = (method: keyof Disk, args: readonly unknown[]): unknown => {
    const before = Atomics.load(count, 0)
    port.postMessage({ method, args } satisfies Question)
    Atomics.wait(count, 0, before)
    const { message } = receiveMessageOnPort(port) as { readonly message: Answer }
    if ('code' in message) throw errno(message.code as Code)
    return message.value
  }
  const asking = methods.map((method) => [method, (...args: readonly unknown[]) => ask(method, args)] as const)
  return Object.fromEntries(asking) as unknown as Disk
}

/** The main thread's side. */
export function answerFor(disk: Disk, { port, answered }: DiskLink): void {
  const count = new Int32Array(answered)
  const answerTo = ({ method, args }: Question): Answer => {
    try {
      const work = disk[method] as (...given: readonly unknown[]) => unknown
      return { value: work.apply(disk, [...args]) }
    } catch (error) {
      return { code: error instanceof Errno ? error.code : 'EIO' }
    }
  }
  port.on('message', (question: Question) => {
    port.postMessage(answerTo(question))
    Atomics.add(count, 0, 1)
    Atomics.notify(count, 0)
  })
  port.unref()
}
