import { randomFillSync } from 'node:crypto'
import { errno } from '../errno.ts'
import { type Caller, Description, nextInode } from '../kernel/description.ts'
import type { Task } from '../kernel/task.ts'
import type { OpenFlags, Stat } from '../process.ts'
import type { Changes, Device } from './inode.ts'

type Kind = 'null' | 'zero' | 'full' | 'random'

/** A character device whose opening gives what `open` makes. */
export class CharacterDevice implements Device {
  readonly type = 'character'
  readonly #number = nextInode()
  readonly #made: number
  readonly #open: (task: Task, flags: OpenFlags) => Description
  #mode: number
  #uid = 0
  #gid = 0

  readonly #special: readonly [major: number, minor: number]

  constructor(
    made: number,
    special: readonly [major: number, minor: number],
    open: (task: Task, flags: OpenFlags, device: Device) => Description,
    mode = 0o666,
  ) {
    this.#made = made
    this.#special = special
    this.#open = (task, flags) => open(task, flags, this)
    this.#mode = mode
  }

  open(task: Task, flags: OpenFlags): Description {
    return this.#open(task, flags)
  }

  change({ mode, uid, gid }: Changes): void {
    this.#mode = mode ?? this.#mode
    this.#uid = uid ?? this.#uid
    this.#gid = gid ?? this.#gid
  }

  stat(): Stat {
    return {
      type: 'character',
      mode: this.#mode,
      uid: this.#uid,
      gid: this.#gid,
      size: 0,
      links: 1,
      inode: this.#number,
      device: 5,
      special: this.#special,
      modified: this.#made,
      changed: this.#made,
      accessed: this.#made,
      blocks: 0,
    }
  }
}

/** /dev/null, zero, full, random and urandom. */
export class Source extends Description {
  readonly name: string
  readonly #kind: Kind
  readonly #device: Device

  constructor(name: string, kind: Kind, device: Device) {
    super()
    this.name = name
    this.#kind = kind
    this.#device = device
  }

  stat(): Stat {
    return this.#device.stat()
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
