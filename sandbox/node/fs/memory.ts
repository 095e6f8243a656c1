import { errno } from '../errno.ts'
import { nextInode } from '../kernel/description.ts'
import type { Program, Stat } from '../process.ts'
import type { Changes, Directory, Inode, Made, RegularFile, Symlink } from './inode.ts'
import type { Quota } from './quota.ts'

/** What the inodes of one file system in memory share. */
export interface Store {
  readonly device: number
  readonly quota: Quota
  now(): number
}

let devices = 64
export const nextDevice = (): number => (devices += 1)

/** What an inode, or a name, costs beside its content, so that a million empty files are not free. */
const overhead = 512

abstract class MemoryInode {
  abstract readonly type: Stat['type']
  protected readonly store: Store
  readonly #inode = nextInode()
  #mode: number
  #uid: number
  #gid: number
  #modified: number
  #changed: number
  #accessed: number
  links = 0

  constructor(store: Store, { mode, uid, gid, modified }: Changes) {
    this.store = store
    this.#mode = mode ?? 0o644
    this.#uid = uid ?? 0
    this.#gid = gid ?? 0
    this.#modified = this.#changed = this.#accessed = modified ?? store.now()
  }

  protected abstract get size(): number

  stat(): Stat {
    return {
      type: this.type,
      mode: this.#mode,
      uid: this.#uid,
      gid: this.#gid,
      size: this.size,
      links: this.links,
      inode: this.#inode,
      device: this.store.device,
      modified: this.#modified,
      changed: this.#changed,
      accessed: this.#accessed,
      blocks: this.type === 'file' ? Math.ceil(this.size / 4096) * 8 : this.type === 'directory' ? 8 : 0,
    }
  }

  change({ mode, uid, gid, modified, accessed }: Changes): void {
    this.#mode = mode ?? this.#mode
    this.#uid = uid ?? this.#uid
    this.#gid = gid ?? this.#gid
    this.#modified = modified ?? this.#modified
    this.#accessed = accessed ?? this.#accessed
    this.#changed = this.store.now()
  }

  protected touched(): void {
    this.#modified = this.#changed = this.store.now()
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

  write(offset: number, data: Uint8Array): void {
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

  #charge(size: number): void {
    this.store.quota.take(size - this.#charged)
    this.#charged = size
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

/** Over another one, which it never changes: copies what is asked for, when it is. So an image is shared by all its containers. */
export class MemoryDirectory extends MemoryInode implements Directory {
  readonly type = 'directory'
  readonly #entries = new Map<string, Inode>()
  readonly #below: MemoryDirectory | undefined
  readonly #gone = new Set<string>()
  #changed = false
  /** Names that were paid for. */
  readonly #paid = new Set<string>()

  constructor(store: Store, meta: Changes, below?: MemoryDirectory) {
    super(store, meta)
    this.#below = below
    this.links = 2
  }

  protected get size(): number {
    return 4096
  }

  /** overlayfs says 1 for a directory that it has merged. */
  override stat(): Stat {
    const stat = super.stat()
    if (this.#below === undefined) return stat
    return { ...stat, links: this.#changed ? 1 : this.#below.stat().links }
  }

  find(name: string): Inode | undefined {
    const own = this.#entries.get(name)
    if (own !== undefined || this.#below === undefined || this.#gone.has(name)) return own
    const below = this.#below.find(name)
    if (below === undefined) return undefined
    const copy = copied(below, this.store)
    this.#entries.set(name, copy)
    if (copy instanceof MemoryFile || copy instanceof MemoryLink) copy.links += 1
    return copy
  }

  names(): readonly string[] {
    const below = (this.#below?.names() ?? []).filter((name) => !this.#gone.has(name) && !this.#entries.has(name))
    return [...below, ...this.#entries.keys()]
  }

  make(name: string, made: Made): Inode {
    this.#pay(name)
    const inode =
      made.type === 'file'
        ? new MemoryFile(this.store, made)
        : made.type === 'directory'
          ? new MemoryDirectory(this.store, made)
          : new MemoryLink(this.store, made, made.target ?? '')
    this.#put(name, inode)
    this.touched()
    return inode
  }

  /** Puts in place what has been made already: an image's file, a device. */
  put<T extends Inode>(name: string, inode: T): T {
    this.#put(name, inode)
    return inode
  }

  link(name: string, inode: Inode): void {
    if (!(inode instanceof MemoryInode) || inode.type === 'directory') throw errno('EPERM')
    this.#pay(name)
    this.#put(name, inode)
    this.touched()
  }

  remove(name: string): void {
    const inode = this.find(name)
    this.#take(name)
    if (this.#paid.delete(name)) this.store.quota.take(-overhead)
    if (inode instanceof MemoryFile) inode.unlinked()
    this.touched()
  }

  move(name: string, to: Directory, as: string): void {
    const inode = this.find(name)
    if (inode === undefined) throw errno('ENOENT')
    if (!(to instanceof MemoryDirectory) || to.store !== this.store) throw errno('EXDEV')
    this.#take(name)
    to.#put(as, inode)
    if (this.#paid.delete(name)) to.#paid.add(as)
    this.touched()
    to.touched()
  }

  /** Everything in it, given back: its volume or container is gone. */
  clear(): void {
    // However deep it is.
    const folders: MemoryDirectory[] = [this]
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop())
      for (const [name, inode] of folder.#entries) {
        if (inode instanceof MemoryDirectory) folders.push(inode)
        folder.remove(name)
      }
  }

  #pay(name: string): void {
    this.store.quota.take(overhead)
    this.#paid.add(name)
  }

  #put(name: string, inode: Inode): void {
    this.#changed = true
    this.#entries.set(name, inode)
    this.#gone.delete(name)
    if (inode instanceof MemoryFile || inode instanceof MemoryLink) inode.links += 1
    else if (inode.type === 'directory') this.links += 1
  }

  #take(name: string): void {
    const inode = this.#entries.get(name)
    this.#entries.delete(name)
    if (inode instanceof MemoryFile || inode instanceof MemoryLink) inode.links -= 1
    else if (inode?.type === 'directory') this.links -= 1
    this.#changed = true
    if (this.#below !== undefined) this.#gone.add(name)
  }
}

function copied(inode: Inode, store: Store): Inode {
  if (inode instanceof MemoryDirectory) return new MemoryDirectory(store, inode.stat(), inode)
  if (inode instanceof MemoryFile) return inode.copy(store)
  if (inode instanceof MemoryLink) return new MemoryLink(store, inode.stat(), inode.target())
  return inode
}
