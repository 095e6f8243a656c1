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

/** The worker's side. */
export function askingDisk({ port, answered }: DiskLink): Disk {
  const count = new Int32Array(answered)
  let asked = 0
  const ask = (method: keyof Disk, args: readonly unknown[]): unknown => {
    port.postMessage({ id: ++asked, method, args } satisfies Question)
    let answer: Answer | undefined
    do {
      // Being woken is no answer: it may be for the one before, which was taken between its coming and the call that wakes.
      const received = receiveMessageOnPort(port)
      if (received === undefined) Atomics.wait(count, 0, asked - 1)
      else answer = received.message as Answer
      // One that an exception, as of a stack used up, has kept from being taken is not this question's.
    } while (answer?.id !== asked)
    if ('code' in answer) throw errno(answer.code as Code)
    return answer.value
  }
  return new Proxy({} as Disk, {
    get:
      (_disk, method: keyof Disk) =>
      (...args: readonly unknown[]) =>
        ask(method, args),
  })
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
