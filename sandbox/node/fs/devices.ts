import { randomFillSync } from 'node:crypto'
import { errno } from '../errno.ts'
import { anonymous, type Caller, Description, nextInode } from '../kernel/description.ts'
import type { Stat } from '../process.ts'
import type { Device } from './inode.ts'
import { MemoryInode, type Store } from './memory.ts'

type Kind = 'null' | 'zero' | 'full' | 'random'

/** A character device whose opening gives what `open` makes. */
export class CharacterDevice extends MemoryInode implements Device {
  readonly type = 'character'
  protected readonly size = 0
  readonly open: Device['open']
  readonly #special: readonly [major: number, minor: number]

  constructor(store: Store, special: readonly [major: number, minor: number], open: Device['open'], mode = 0o666) {
    super(store, { mode })
    this.#special = special
    this.open = open
    this.links = 1
  }

  override stat(): Stat {
    return { ...super.stat(), special: this.#special }
  }
}

/** /dev/null, zero, full, random and urandom. */
export class Source extends Description {
  readonly name: string
  readonly #kind: Kind
  readonly stat: () => Stat

  constructor(name: string, kind: Kind, stat: () => Stat) {
    super()
    this.name = name
    this.#kind = kind
    this.stat = stat
  }

  override async read(limit: number): Promise<Uint8Array> {
    if (this.#kind === 'null') return new Uint8Array()
    const data = new Uint8Array(Math.min(limit, 1 << 20))
    return this.#kind === 'random' ? randomFillSync(data) : data
  }

  override async write(_data: Uint8Array, _by: Caller): Promise<void> {
    if (this.#kind === 'full') throw errno('ENOSPC')
  }

  override seek(): number {
    return 0
  }
}

/** /dev/null, as whoever starts a process has opened it. */
export function nowhere(made: number): Source {
  const stat: Stat = { ...anonymous('character', nextInode(), made, 0o666), special: [1, 3] }
  return new Source('/dev/null', 'null', () => stat)
}
