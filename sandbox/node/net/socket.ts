import { errno } from '../errno.ts'
import { anonymous, type Caller, Description, nextInode } from '../kernel/description.ts'
import { Pipe } from '../kernel/pipe.ts'
import { Waiters } from '../kernel/waiters.ts'
import type { Stat } from '../process.ts'

export interface Address {
  readonly address: string
  readonly port: number
}

/** One end of a TCP connection. */
export class SocketEnd extends Description {
  readonly local: Address
  readonly remote: Address
  readonly #inode = nextInode()
  readonly #incoming: Pipe
  readonly #outgoing: Pipe
  #ended = false

  constructor(local: Address, remote: Address, incoming: Pipe, outgoing: Pipe) {
    super()
    this.local = local
    this.remote = remote
    this.#incoming = incoming
    this.#outgoing = outgoing
    incoming.readers += 1
    outgoing.writers += 1
  }

  get name(): string {
    return `socket:[${this.#inode}]`
  }

  stat(): Stat {
    return anonymous('socket', this.#inode, this.#incoming.made, 0o777)
  }

  override read(limit: number, by: Pick<Caller, 'ending'>): Promise<Uint8Array> {
    return this.#incoming.read(limit, by)
  }

  override write(data: Uint8Array, by: Pick<Caller, 'ending'>): Promise<void> {
    return this.#ended ? Promise.reject(errno('EPIPE')) : this.#outgoing.write(data, by)
  }

  /** Nothing more will be written. */
  end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#outgoing.closeWriter()
  }

  override reopen(): Description {
    throw errno('ENXIO')
  }

  protected override released(): void {
    this.end()
    this.#incoming.closeReader()
  }
}

/** Both ends, connected. */
export function connected(
  client: Address,
  server: Address,
  at: number,
): readonly [client: SocketEnd, server: SocketEnd] {
  const there = new Pipe(at)
  const back = new Pipe(at)
  return [new SocketEnd(client, server, back, there), new SocketEnd(server, client, there, back)]
}

const backlog = 128

/** A port that somebody listens on. */
export class ListeningSocket extends Description {
  readonly address: string
  readonly port: number
  readonly #inode = nextInode()
  readonly #made: number
  readonly #waiting: SocketEnd[] = []
  readonly #arrived = new Waiters()
  readonly #onClose: (listener: ListeningSocket) => void
  #closed = false

  constructor(address: string, port: number, made: number, onClose: (listener: ListeningSocket) => void) {
    super()
    this.address = address
    this.port = port
    this.#made = made
    this.#onClose = onClose
  }

  get name(): string {
    return `socket:[${this.#inode}]`
  }

  stat(): Stat {
    return anonymous('socket', this.#inode, this.#made, 0o777)
  }

  /** False where too many wait already. */
  offer(end: SocketEnd): boolean {
    if (this.#waiting.length >= backlog) return false
    end.hold()
    this.#waiting.push(end)
    this.#arrived.wake()
    return true
  }

  /** The next connection; whoever takes it drops it once it has a hold of its own. */
  async accept({ ending }: Pick<Caller, 'ending'>): Promise<SocketEnd> {
    for (;;) {
      const next = this.#waiting.shift()
      if (next !== undefined) return next
      if (this.#closed) throw errno('EBADF')
      await this.#arrived.wait(ending)
    }
  }

  protected override released(): void {
    this.#closed = true
    this.#onClose(this)
    this.#arrived.wake()
    for (const end of this.#waiting.splice(0)) end.drop()
  }
}
