import { errno } from '../errno.ts'
import type { Stat } from '../process.ts'
import type { Changes, Directory, FileSystem, Inode, Made, RegularFile, Symlink } from './inode.ts'

/** Names below the simulated node's root: none of them is "", ".", ".." or holds a slash. */
export type Names = readonly string[]

export interface DiskStat extends Stat {
  /** Of a symlink. */
  readonly target?: string
}

/** The node's disk, on which volumes lie, as somebody keeps it. Synchronous: a system call is done at one go. Throws Errnos. */
export interface Disk {
  stat(names: Names): DiskStat | undefined
  list(names: Names): readonly string[]
  read(names: Names, offset: number, limit: number): Uint8Array
  /** `volume`: how many of the names lead to the volume, whose room is limited. */
  write(names: Names, offset: number, data: Uint8Array, volume: number): void
  truncate(names: Names, size: number, volume: number): void
  make(names: Names, made: Made, volume: number): void
  link(names: Names, to: Names): void
  remove(names: Names): void
  move(names: Names, to: Names): void
  change(names: Names, changes: Changes): void
  space(volume: Names): { readonly total: number; readonly used: number }
  /** The folder's path on the host, for a program that keeps its data there by itself. */
  hostPath(names: Names): string
}

/** The folder of a volume, made where it is missing. */
export function diskSystem(disk: Disk, path: string): FileSystem {
  const names = path.split('/').filter((name) => name !== '' && name !== '.')
  if (names.includes('..')) throw errno('EINVAL')
  names.forEach((_name, index) => {
    const above = names.slice(0, index + 1)
    if (disk.stat(above) === undefined)
      disk.make(above, { type: 'directory', mode: 0o755, uid: 0, gid: 0 }, above.length)
  })
  const context: Context = { disk, volume: names.length }
  const root = inodeAt(context, names)
  if (root === undefined) throw errno('ENOENT')
  return { root, source: '/dev/vda', type: 'ext4', options: 'relatime', space: () => disk.space(names) }
}

/** Where on the host the directory's files are, if it lies on a disk. */
export const hostPathOf = (inode: Inode): string | undefined =>
  inode instanceof DiskDirectory ? inode.hostPath() : undefined

interface Context {
  readonly disk: Disk
  readonly volume: number
}

function inodeAt(context: Context, names: Names): Inode | undefined {
  const type = context.disk.stat(names)?.type
  if (type === 'directory') return new DiskDirectory(context, names)
  if (type === 'symlink') return new DiskLink(context, names)
  return type === undefined ? undefined : new DiskFile(context, names)
}

abstract class DiskInode {
  readonly context: Context
  readonly at: Names

  constructor(context: Context, names: Names) {
    this.context = context
    this.at = names
  }

  stat(): DiskStat {
    const stat = this.context.disk.stat(this.at)
    if (stat === undefined) throw errno('ENOENT')
    return stat
  }

  change(changes: Changes): void {
    this.context.disk.change(this.at, changes)
  }
}

class DiskFile extends DiskInode implements RegularFile {
  readonly type = 'file'
  readonly program = undefined

  read(offset: number, limit: number): Uint8Array {
    return this.context.disk.read(this.at, offset, limit)
  }

  write(offset: number, data: Uint8Array): void {
    this.context.disk.write(this.at, offset, data, this.context.volume)
  }

  truncate(size: number): void {
    this.context.disk.truncate(this.at, size, this.context.volume)
  }

  hold(): void {}
  drop(): void {}
}

class DiskLink extends DiskInode implements Symlink {
  readonly type = 'symlink'

  target(): string {
    return this.stat().target ?? ''
  }
}

class DiskDirectory extends DiskInode implements Directory {
  readonly type = 'directory'

  find(name: string): Inode | undefined {
    return inodeAt(this.context, [...this.at, name])
  }

  names(): readonly string[] {
    return this.context.disk.list(this.at)
  }

  make(name: string, made: Made): Inode {
    const names = [...this.at, name]
    this.context.disk.make(names, made, this.context.volume)
    const inode = inodeAt(this.context, names)
    if (inode === undefined) throw errno('EIO')
    return inode
  }

  link(name: string, inode: Inode): void {
    if (!(inode instanceof DiskFile)) throw errno('EXDEV')
    this.context.disk.link(inode.at, [...this.at, name])
  }

  remove(name: string): void {
    this.context.disk.remove([...this.at, name])
  }

  move(name: string, to: Directory, as: string): void {
    if (!(to instanceof DiskDirectory)) throw errno('EXDEV')
    this.context.disk.move([...this.at, name], [...to.at, as])
  }

  hostPath(): string {
    return this.context.disk.hostPath(this.at)
  }
}
