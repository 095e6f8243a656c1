import { errno } from '../errno.ts'
import type { OpenFlags, Stat } from '../process.ts'
import { anonymous, type Caller, Description, nextInode } from './description.ts'
import { Waiters } from './waiters.ts'

const capacity = 65_536
/** Writes of up to so many bytes are never torn apart: PIPE_BUF. */
const atomic = 4096
const nothing = new Uint8Array()

/** Bytes on their way from those who write to those who read; full at 64 KiB. */
export class Pipe {
  readonly inode = nextInode()
  readonly made: number
  readers = 0
  writers = 0
  readonly #chunks: Uint8Array[] = []
  #size = 0
  readonly #filled = new Waiters()
  readonly #drained = new Waiters()

  constructor(made: number) {
    this.made = made
  }

  get size(): number {
    return this.#size
  }

  async read(limit: number, { ending }: Pick<Caller, 'ending'>): Promise<Uint8Array> {
    while (this.#size === 0) {
      if (this.writers === 0 || limit === 0) return nothing
      await this.#filled.wait(ending)
    }
    return this.#take(limit)
  }

  /** Rejects with EPIPE where nobody reads any more. */
  async write(data: Uint8Array, { ending }: Pick<Caller, 'ending'>): Promise<void> {
    let rest = data.slice()
    while (rest.length > 0) {
      if (this.readers === 0) throw errno('EPIPE')
      const room = capacity - this.#size
      if (room <= 0 || (data.length <= atomic && room < data.length)) {
        await this.#drained.wait(ending)
        continue
      }
      const part = rest.subarray(0, room)
      rest = rest.subarray(room)
      this.#chunks.push(part)
      this.#size += part.length
      this.#filled.wake()
    }
  }

  closeReader(): void {
    this.readers -= 1
    if (this.readers === 0) this.#drained.wake()
  }

  closeWriter(): void {
    this.writers -= 1
    if (this.writers === 0) this.#filled.wake()
  }

  #take(limit: number): Uint8Array {
    const parts: Uint8Array[] = []
    let left = limit
    for (let first = this.#chunks[0]; first !== undefined && left > 0; first = this.#chunks[0]) {
      const part = first.subarray(0, left)
      parts.push(part)
      left -= part.length
      if (part.length < first.length) this.#chunks[0] = first.subarray(part.length)
      else this.#chunks.shift()
    }
    this.#size -= limit - left
    this.#drained.wake()
    return parts.length === 1 ? (parts[0] ?? nothing) : Buffer.concat(parts)
  }
}

abstract class PipeEnd extends Description {
  readonly pipe: Pipe

  constructor(pipe: Pipe) {
    super()
    this.pipe = pipe
  }

  get name(): string {
    return `pipe:[${this.pipe.inode}]`
  }

  stat(): Stat {
    return anonymous('pipe', this.pipe.inode, this.pipe.made)
  }

  override reopen(flags: OpenFlags): Description {
    return flags.write === true ? new PipeWriter(this.pipe) : new PipeReader(this.pipe)
  }
}

export class PipeReader extends PipeEnd {
  constructor(pipe: Pipe) {
    super(pipe)
    pipe.readers += 1
  }

  override read(limit: number, by: Caller): Promise<Uint8Array> {
    return this.pipe.read(limit, by)
  }

  protected override released(): void {
    this.pipe.closeReader()
  }
}

export class PipeWriter extends PipeEnd {
  constructor(pipe: Pipe) {
    super(pipe)
    pipe.writers += 1
  }

  override write(data: Uint8Array, by: Caller): Promise<void> {
    return this.pipe.write(data, by)
  }

  protected override released(): void {
    this.pipe.closeWriter()
  }
}
