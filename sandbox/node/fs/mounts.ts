import { errno } from '../errno.ts'
import { nextNamespace } from '../kernel/description.ts'
import { need, root } from './credentials.ts'
import type { Directory, FileSystem, Inode, Walker } from './inode.ts'

export interface Mount {
  readonly path: string
  readonly fs: FileSystem
  /** Of the file system, or of a folder in it. */
  readonly root: Inode
  readonly readOnly: boolean
}

/** Where a walk has come to. */
export interface Position {
  readonly inode: Inode
  readonly mount: Mount
  readonly path: string
  readonly parent: Position | undefined
}

/** The last name of a path: what is there, and the directory that it is in. */
export interface Place {
  readonly directory: Position & { readonly inode: Directory }
  /** "" where the path ends in / or .. */
  readonly name: string
  readonly found: Position | undefined
  /** Ended in a slash, so it has to be a directory. */
  readonly slashed: boolean
}

const mostLinks = 40
/** Of a place, however one has come there: deeper ones would cost too much. */
const longest = 65_536

/** The mounts as a container sees them, and the only way to a file: component by component, and never above the root. */
export class MountNamespace {
  readonly number = nextNamespace()
  readonly #mounts = new Map<string, Mount>()

  constructor(fs: FileSystem, readOnly: boolean) {
    this.mount({ path: '/', fs, root: fs.root, readOnly })
  }

  mount(mount: Mount): void {
    this.#mounts.delete(mount.path)
    this.#mounts.set(mount.path, mount)
  }

  get mounts(): readonly Mount[] {
    return [...this.#mounts.values()]
  }

  get root(): Position {
    const [mount] = this.#mounts.values()
    if (mount === undefined) throw errno('ENOENT')
    return { inode: mount.root, mount, path: '/', parent: undefined }
  }

  /** The position that the path leads to. ENOENT where it does not exist. */
  at(path: string, from: Position, by: Walker, follow = true): Position {
    const { found, slashed } = this.place(path, from, by, follow)
    if (found === undefined) throw errno('ENOENT')
    if (slashed && found.inode.type !== 'directory') throw errno('ENOTDIR')
    return found
  }

  place(path: string, from: Position, by: Walker, follow: boolean): Place {
    if (path === '') throw errno('ENOENT')
    if (Buffer.byteLength(path) > 4095) throw errno('ENAMETOOLONG')
    let here = path.startsWith('/') ? this.root : from
    const rest = names(path)
    let links = 0
    let slashed = path.endsWith('/')
    for (;;) {
      const name = rest.shift()
      if (name === undefined) return { directory: directory(here), name: '', found: here, slashed }
      const folder = directory(here)
      need(by.credentials, 'execute', folder.inode.stat())
      if (name === '.') continue
      if (name === '..') {
        here = here.parent ?? here
        continue
      }
      if (Buffer.byteLength(name) > 255) throw errno('ENAMETOOLONG')
      const next = this.step(folder, name)
      const last = rest.length === 0
      if (next?.inode.type === 'symlink' && (!last || follow || slashed)) {
        links += 1
        if (links > mostLinks) throw errno('ELOOP')
        const jumped = next.inode.jump?.(by)
        if (jumped !== undefined) {
          here = { ...next, inode: jumped, path: next.inode.target(by) }
          if (last) return { directory: folder, name, found: here, slashed }
          continue
        }
        const target = next.inode.target(by)
        if (target.startsWith('/')) here = this.root
        // A link's own trailing slash asks for a directory as well.
        if (last && target.endsWith('/')) slashed = true
        rest.unshift(...names(target))
        if (rest.length > 4096) throw errno('ENAMETOOLONG')
        continue
      }
      if (last) return { directory: folder, name, found: next, slashed }
      if (next === undefined) throw errno('ENOENT')
      here = next
    }
  }

  /** One name further, onto what is mounted there. */
  step(from: Position & { readonly inode: Directory }, name: string): Position | undefined {
    const path = from.path === '/' ? `/${name}` : `${from.path}/${name}`
    if (path.length > longest) throw errno('ENAMETOOLONG')
    const mount = this.#mounts.get(path)
    if (mount !== undefined) return { inode: mount.root, mount, path, parent: from }
    const inode = from.inode.find(name)
    return inode === undefined ? undefined : { inode, mount: from.mount, path, parent: from }
  }

  /** A small file's content, for the node itself; empty where there is none. */
  text(path: string): string {
    try {
      const { inode } = this.at(path, this.root, { credentials: root, pid: 0 })
      return inode.type === 'file' ? Buffer.from(inode.read(0, 1 << 20)).toString() : ''
    } catch {
      return ''
    }
  }

  isMountPoint(path: string): boolean {
    return this.#mounts.has(path)
  }
}

const names = (path: string): string[] => path.split('/').filter((name) => name !== '')

function directory(position: Position): Position & { readonly inode: Directory } {
  const { inode } = position
  if (inode.type !== 'directory') throw errno('ENOTDIR')
  return { ...position, inode }
}
