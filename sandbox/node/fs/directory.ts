import { errno } from '../errno.ts'
import type { Stat } from '../process.ts'
import type { Changes, Directory, Inode, Made } from './inode.ts'
import { MemoryFile, MemoryInode, MemoryLink, type Store } from './memory.ts'

/** What an inode, or a name, costs beside its content, so that a million empty files are not free. */
const overhead = 512

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
    return this.store.tmpfs === true ? 40 + 20 * this.#entries.size : 4096
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
