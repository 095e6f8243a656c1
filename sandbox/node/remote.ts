import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads'
import { StartError } from '../contracts.ts'
import { Queue } from './queue.ts'
import type { Calls, Failure, FromWorker, Opening, StreamIn, StreamOut, ToWorker } from './wire.ts'

const errorOf = ({ message, exitCode }: Failure): Error =>
  exitCode === undefined ? new Error(message) : new StartError(exitCode, message)

const gone = (): Error => new Error('the node has stopped')

type Item = Extract<StreamOut, { readonly type: 'output' }>['item']

/** The main thread's side of one worker, for as long as that lives. */
export class Remote {
  readonly #worker: Worker
  readonly #answers = new Map<
    number,
    { readonly done: (value: unknown) => void; readonly fail: (error: Error) => void }
  >()
  readonly #streams = new Set<RemoteStream>()
  #number = 0
  /** When it last said that it lives, by performance.now(). */
  lastSeen = performance.now()

  constructor(worker: Worker, onExit: (exit: Extract<FromWorker, { type: 'exit' }>['exit']) => void) {
    this.#worker = worker
    worker.on('message', (message: FromWorker) => {
      this.lastSeen = performance.now()
      if (message.type === 'exit') onExit(message.exit)
      if (message.type !== 'answer') return
      const waiting = this.#answers.get(message.number)
      this.#answers.delete(message.number)
      if (message.failure === undefined) waiting?.done(message.value)
      else waiting?.fail(errorOf(message.failure))
    })
  }

  call<Method extends keyof Calls>(method: Method, ...args: Calls[Method]): Promise<unknown> {
    this.#number += 1
    const number = this.#number
    return new Promise((done, fail) => {
      this.#answers.set(number, { done, fail })
      this.#tell({ type: 'call', number, method, args })
    })
  }

  open(opening: Opening): RemoteStream {
    const { port1, port2 } = new MessageChannel()
    const stream = new RemoteStream(port1, () => this.#streams.delete(stream))
    this.#streams.add(stream)
    this.#tell({ type: 'open', opening, port: port2 }, [port2])
    return stream
  }

  ping(): void {
    this.#tell({ type: 'ping' })
  }

  /** The worker has died. */
  lose(): void {
    for (const { fail } of this.#answers.values()) fail(gone())
    this.#answers.clear()
    for (const stream of this.#streams) stream.lose()
  }

  #tell(message: ToWorker, transferred: MessagePort[] = []): void {
    this.#worker.postMessage(message, transferred)
  }
}

/** A session, a connection or a log, on a port of its own. */
class RemoteStream {
  readonly opened: Promise<void>
  readonly exit: Promise<number>
  readonly #output = new Queue<Item>()
  readonly #port: MessagePort
  readonly #written: (() => void)[] = []
  readonly #forget: () => void
  #fail: (error: Error) => void = () => {}
  #ended = false
  #halves = 0

  constructor(port: MessagePort, forget: () => void) {
    this.#port = port
    this.#forget = forget
    let open: () => void = () => {}
    let exited: (code: number) => void = () => {}
    let notOpened: (error: Error) => void = () => {}
    let notExited: (error: Error) => void = () => {}
    this.opened = new Promise((done, fail) => {
      open = done
      notOpened = fail
    })
    this.exit = new Promise((done, fail) => {
      exited = done
      notExited = fail
    })
    for (const promise of [this.opened, this.exit]) promise.catch(() => {})
    this.#fail = (error) => {
      notOpened(error)
      notExited(error)
    }
    port.on('message', (message: StreamOut) => {
      switch (message.type) {
        case 'open':
          return open()
        case 'output':
          return void this.#output.push(message.item)
        case 'end':
          this.#output.end()
          return this.#half()
        case 'exit':
          exited(message.code)
          return this.#half()
        case 'failure':
          this.#fail(errorOf(message.failure))
          return this.#half()
        case 'written':
          return this.#written.shift()?.()
      }
    })
  }

  async *output(): AsyncGenerator<Item> {
    for await (const item of this.#output) {
      this.#tell({ type: 'taken' })
      yield item
    }
  }

  write(data: Uint8Array | null): Promise<void> {
    if (this.#ended) return Promise.resolve()
    return new Promise((written) => {
      this.#written.push(written)
      this.#tell({ type: 'input', data })
    })
  }

  resize(columns: number, rows: number): void {
    this.#tell({ type: 'resize', columns, rows })
  }

  close(): void {
    if (this.#ended) return
    this.#tell({ type: 'close' })
    this.lose()
  }

  lose(): void {
    if (this.#ended) return
    this.#ended = true
    this.#forget()
    this.#output.end()
    this.#fail(gone())
    for (const written of this.#written.splice(0)) written()
    this.#port.close()
  }

  /** A session is over when its process has ended and all has been said. */
  #half(): void {
    this.#halves += 1
    if (this.#halves === 2) this.lose()
  }

  #tell(message: StreamIn): void {
    if (!this.#ended) this.#port.postMessage(message, [])
  }
}
