import { nextInode } from '../kernel/description.ts'
import { errno } from '../errno.ts'
import type { Program, Stat } from '../process.ts'
import type { Changes, RegularFile, Symlink } from './inode.ts'
import type { Quota } from './quota.ts'

/** Bytes. */
const block = 4096

/** What the inodes of one file system in memory share. */
export interface Store {
  readonly device: number
  readonly quota: Quota
  /** A tmpfs counts 20 bytes an entry as a directory's size, other file systems whole blocks. */
  readonly tmpfs?: boolean
  now(): number
}

let devices = 64
export const nextDevice = (): number => (devices += 1)

export abstract class MemoryInode {
  abstract readonly type: Stat['type']
  protected readonly store: Store
  readonly #inode = nextInode()
  #meta: Required<Changes> & Pick<Stat, 'changed'>
  links = 0

  constructor(store: Store, { mode = 0o644, uid = 0, gid = 0, modified = store.now() }: Changes) {
    this.store = store
    this.#meta = { mode, uid, gid, modified, changed: modified, accessed: modified }
  }

  protected abstract get size(): number

  stat(): Stat {
    return {
      ...this.#meta,
      type: this.type,
      size: this.size,
      links: this.links,
      inode: this.#inode,
      device: this.store.device,
      blocks:
        this.type === 'file'
          ? (Math.ceil(this.size / block) * block) / 512
          : this.type === 'directory' && this.store.tmpfs !== true
            ? 8
            : 0,
    }
  }

  change(changes: Changes): void {
    this.#meta = { ...this.#meta, ...changes, changed: this.store.now() }
  }

  protected touched(): void {
    this.change({ modified: this.store.now() })
  }
}

export class MemoryFile extends MemoryInode implements RegularFile {
  readonly type = 'file'
  readonly program: Program | undefined
  #content: Uint8Array
  #size: number
  /** Content that others hold, too: an image's. */
  #shared = true
  #charged = 0
  #open = 0

  constructor(store: Store, meta: Changes, content: Uint8Array = new Uint8Array(), program?: Program) {
    super(store, meta)
    this.#content = content
    this.#size = content.length
    this.program = program
  }

  protected get size(): number {
    return this.#size
  }

  copy(store: Store): MemoryFile {
    return new MemoryFile(store, this.stat(), this.#content.subarray(0, this.#size), this.program)
  }

  read(offset: number, limit: number): Uint8Array {
    return this.#content.slice(offset, Math.min(this.#size, offset + limit))
  }

  /** As much as there is room for. */
  write(offset: number, data: Uint8Array): void {
    const fits = this.#charged + Math.floor(this.store.quota.room / block) * block - offset
    if (fits < data.length) {
      if (fits > 0) this.write(offset, data.subarray(0, fits))
      throw errno('ENOSPC')
    }
    const end = Math.max(this.#size, offset + data.length)
    this.#grow(end)
    this.#content.fill(0, this.#size, Math.max(this.#size, offset))
    this.#content.set(data, offset)
    this.#size = end
    this.touched()
  }

  truncate(size: number): void {
    this.#grow(size)
    this.#content.fill(0, Math.min(size, this.#size))
    this.#size = size
    if (size === 0) this.#content = new Uint8Array()
    this.#charge(size)
    this.touched()
  }

  hold(): void {
    this.#open += 1
  }

  drop(): void {
    this.#open -= 1
    this.unlinked()
  }

  /** Gives its room back when neither a name nor an open file leads to it. */
  unlinked(): void {
    if (this.links > 0 || this.#open > 0) return
    this.#charge(0)
    this.#content = new Uint8Array()
    this.#size = 0
  }

  #grow(size: number): void {
    this.#charge(Math.max(size, this.#size))
    if (size <= this.#content.length && !this.#shared) return
    const grown = new Uint8Array(
      size <= this.#size ? this.#size : Math.max(size, Math.min(this.#size * 2, size + (1 << 24))),
    )
    grown.set(this.#content.subarray(0, this.#size))
    this.#content = grown
    this.#shared = false
  }

  /** In whole blocks. */
  #charge(size: number): void {
    const blocks = Math.ceil(size / block) * block
    this.store.quota.take(blocks - this.#charged)
    this.#charged = blocks
  }
}

export class MemoryLink extends MemoryInode implements Symlink {
  readonly type = 'symlink'
  readonly #target: string

  constructor(store: Store, meta: Changes, target: string) {
    super(store, { ...meta, mode: 0o777 })
    this.#target = target
  }

  protected get size(): number {
    return Buffer.byteLength(this.#target)
  }

  target(): string {
    return this.#target
  }
}
