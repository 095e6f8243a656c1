import { MessageChannel } from 'node:worker_threads'
import type { Connection, Line, Runtime, Session } from '../contracts.ts'
import { Remote } from './calls.ts'

const plain = ['openPod', 'closePod', 'volume', 'removeVolume', 'network', 'start', 'signal', 'remove'] as const

/** What a worker is asked for as a Runtime; `node` is whichever is the node's now. */
export function remoteRuntime(node: () => Remote): Omit<Runtime, 'exits' | 'onReboot' | 'close'> {
  const asking = plain.map((method) => [method, (...args: readonly unknown[]) => node().call(method, args)] as const)
  const session = (method: 'exec' | 'attach', id: string, query: object): Session => {
    const stream = new Stream<Chunk>(node(), method, [id, query])
    const exit = stream.opened.then(() => stream.remote.call('exit')) as Promise<number>
    exit.catch(() => {})
    return {
      write: (data) => stream.write(data),
      resize: (columns, rows) => void stream.remote.call('resize', [columns, rows]).catch(() => {}),
      output: stream.output(() => void exit.then(stream.close, stream.close)),
      exit,
      close: stream.close,
    }
  }
  return {
    ...(Object.fromEntries(asking) as unknown as Pick<Runtime, (typeof plain)[number]>),
    exec: (id, query) => session('exec', id, query),
    attach: (id, query) => session('attach', id, query),
    async *logs(id, { signal, ...query }) {
      if (signal.aborted) return
      const stream = new Stream<readonly Line[]>(node(), 'logs', [id, query])
      signal.addEventListener('abort', stream.close, { once: true })
      try {
        yield* stream.output()
      } finally {
        signal.removeEventListener('abort', stream.close)
        stream.close()
      }
    },
    async connect(...args) {
      const stream = new Stream<Uint8Array>(node(), 'connect', args)
      await stream.opened
      return { write: (data) => stream.write(data), output: stream.output(), close: stream.close } satisfies Connection
    },
  }
}

type Chunk = Session['output'] extends AsyncIterable<infer Item> ? Item : never

/** Items of output that are asked for at once. */
const ahead = 8

/** A session, a connection or a log, on a port of its own. */
class Stream<Item> {
  readonly remote: Remote
  readonly opened: Promise<unknown>
  readonly close: () => void
  readonly #coming: Promise<Item | undefined>[]

  constructor(node: Remote, method: string, args: readonly unknown[]) {
    const { port1, port2 } = new MessageChannel()
    this.remote = new Remote(port1)
    this.close = () => port1.close()
    // Also when the worker at the other end has died.
    port1.on('close', () => this.remote.lose())
    this.opened = node.call('open', [port2, method, ...args], [port2])
    this.opened.catch(this.close)
    this.#coming = Array.from({ length: ahead }, () => this.#next())
  }

  #next(): Promise<Item | undefined> {
    return (this.remote.call('next') as Promise<Item | undefined>).catch(() => undefined)
  }

  async *output(ended = () => {}): AsyncGenerator<Item> {
    try {
      for (let item = await this.#coming.shift(); item !== undefined; item = await this.#coming.shift()) {
        this.#coming.push(this.#next())
        yield item
      }
    } finally {
      ended()
    }
  }

  /** Resolves when it has been taken, or nobody will take it. */
  async write(data: Uint8Array | null): Promise<void> {
    await this.remote.call('write', [data]).catch(() => {})
  }
}
