import { errno } from '../errno.ts'
import { Handle } from '../kernel/handle.ts'
import type { Task } from '../kernel/task.ts'
import type { Files, OpenFile, OpenFlags, Stat } from '../process.ts'
import { inherited, may, need } from './credentials.ts'
import type { Inode, Made } from './inode.ts'
import type { Place, Position } from './mounts.ts'
import { open } from './open.ts'

const chunk = 1 << 20

/** System calls on paths. Each is done at one go, once it is the process's turn. */
export class TaskFiles implements Files {
  readonly #task: Task

  constructor(task: Task) {
    this.#task = task
  }

  async stat(path: string): Promise<Stat> {
    await this.#task.enter()
    return this.#at(path).inode.stat()
  }

  async lstat(path: string): Promise<Stat> {
    await this.#task.enter()
    return this.#at(path, false).inode.stat()
  }

  async list(path: string): Promise<readonly string[]> {
    await this.#task.enter()
    const { inode } = this.#at(path)
    if (inode.type !== 'directory') throw errno('ENOTDIR')
    need(this.#task.credentials, 'read', inode.stat())
    return inode.names()
  }

  async open(path: string, flags: OpenFlags): Promise<OpenFile> {
    await this.#task.enter()
    return new Handle(this.#task, await open(this.#task, path, flags))
  }

  async read(path: string): Promise<Uint8Array> {
    const file = await this.open(path, { read: true })
    try {
      const parts: Uint8Array[] = []
      for (;;) {
        const part = await file.read(chunk)
        if (part.length === 0) return parts.length === 1 ? (parts[0] ?? part) : Buffer.concat(parts)
        parts.push(part)
      }
    } finally {
      file.close()
    }
  }

  async write(path: string, data: Uint8Array, flags: OpenFlags = { write: true, create: true, truncate: true }) {
    const file = await this.open(path, { write: true, ...flags })
    try {
      await file.write(data)
    } finally {
      file.close()
    }
  }

  async makeDirectory(path: string, mode = 0o777): Promise<void> {
    await this.#task.enter()
    this.#make(path, { type: 'directory', ...this.#owner(mode & ~this.#task.umask) })
  }

  async removeDirectory(path: string): Promise<void> {
    await this.#task.enter()
    const place = this.#place(path)
    const { inode } = existing(place)
    if (inode.type !== 'directory') throw errno('ENOTDIR')
    this.#mayRemove(place, inode)
    if (inode.names().length > 0) throw errno('ENOTEMPTY')
    place.directory.inode.remove(place.name)
  }

  async unlink(path: string): Promise<void> {
    await this.#task.enter()
    const place = this.#place(path)
    const { inode } = existing(place)
    if (inode.type === 'directory') throw errno('EISDIR')
    if (place.slashed) throw errno('ENOTDIR')
    this.#mayRemove(place, inode)
    place.directory.inode.remove(place.name)
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#task.enter()
    const source = this.#place(from)
    const { inode, path } = existing(source)
    const target = this.#place(to)
    this.#mayRemove(source, inode)
    if (source.directory.mount !== target.directory.mount) throw errno('EXDEV')
    const there = target.found?.inode
    if (there === inode) return
    if (target.name === '') throw errno('EBUSY')
    if (inode.type === 'directory' && `${target.directory.path}/`.startsWith(`${path}/`)) throw errno('EINVAL')
    if (there === undefined) {
      if (target.slashed && inode.type !== 'directory') throw errno('ENOTDIR')
      this.#mayChange(target)
    } else {
      this.#mayRemove(target, there)
      if (there.type === 'directory' && inode.type !== 'directory') throw errno('EISDIR')
      if (there.type !== 'directory' && inode.type === 'directory') throw errno('ENOTDIR')
      if (there.type === 'directory' && there.names().length > 0) throw errno('ENOTEMPTY')
      target.directory.inode.remove(target.name)
    }
    source.directory.inode.move(source.name, target.directory.inode, target.name)
  }

  async link(from: string, to: string): Promise<void> {
    await this.#task.enter()
    const { inode, mount } = this.#at(from, false)
    const place = this.#free(to)
    if (place.directory.mount !== mount) throw errno('EXDEV')
    if (inode.type === 'directory') throw errno('EPERM')
    place.directory.inode.link(place.name, inode)
  }

  async symlink(target: string, path: string): Promise<void> {
    await this.#task.enter()
    if (target === '') throw errno('ENOENT')
    this.#make(path, { type: 'symlink', target, ...this.#owner(0o777) })
  }

  async readlink(path: string): Promise<string> {
    await this.#task.enter()
    const { inode } = this.#at(path, false)
    if (inode.type !== 'symlink') throw errno('EINVAL')
    return inode.target(this.#task)
  }

  async chmod(path: string, mode: number): Promise<void> {
    await this.#task.enter()
    const { inode, writable } = this.#changing(path, true)
    this.#mustOwn(inode)
    writable()
    inode.change({ mode: mode & 0o7777 })
  }

  async chown(path: string, uid: number, gid: number): Promise<void> {
    await this.#task.enter()
    const { inode, writable } = this.#changing(path, false)
    const stat = inode.stat()
    const { credentials } = this.#task
    const ownGroup = gid === -1 || gid === stat.gid || credentials.gid === gid || credentials.groups.includes(gid)
    if (credentials.uid !== 0 && !(credentials.uid === stat.uid && [-1, stat.uid].includes(uid) && ownGroup))
      throw errno('EPERM')
    writable()
    inode.change({ uid: uid === -1 ? stat.uid : uid, gid: gid === -1 ? stat.gid : gid })
  }

  async setTimes(path: string, accessed: number, modified: number): Promise<void> {
    await this.#task.enter()
    const { inode, writable } = this.#changing(path, true)
    const stat = inode.stat()
    if (stat.uid !== this.#task.credentials.uid) need(this.#task.credentials, 'write', stat)
    writable()
    inode.change({ accessed, modified })
  }

  async real(path: string): Promise<string> {
    await this.#task.enter()
    return this.#at(path).path
  }

  async mayExecute(path: string): Promise<boolean> {
    await this.#task.enter()
    try {
      const { inode } = this.#at(path)
      return inode.type === 'file' && may(this.#task.credentials, 'execute', inode.stat())
    } catch {
      return false
    }
  }

  mounts(): ReturnType<Files['mounts']> {
    return this.#task.container.mounts.mounts.map(({ path, fs, readOnly }) => ({
      source: fs.source,
      path,
      type: fs.type,
      options: `${readOnly ? 'ro' : 'rw'},${fs.options}`,
    }))
  }

  async space(path: string): Promise<{ readonly total: number; readonly used: number }> {
    await this.#task.enter()
    return this.#at(path).mount.fs.space()
  }

  #at(path: string, follow = true): Position {
    return this.#task.container.mounts.at(path, this.#task.here, this.#task, follow)
  }

  #place(path: string, follow = false): Place {
    return this.#task.container.mounts.place(path, this.#task.here, this.#task, follow)
  }

  #owner(mode: number): { readonly mode: number; readonly uid: number; readonly gid: number } {
    const { uid, gid } = this.#task.credentials
    return { mode, uid, gid }
  }

  #make(path: string, made: Made): void {
    const place = this.#free(path)
    place.directory.inode.make(place.name, inherited(made, place.directory.inode.stat()))
  }

  #free(path: string): Place {
    // A symlink in the way, even one that leads nowhere, is in the way: the last name is not followed, slash or not.
    const place = this.#place(path.replace(/\/+$/, '') || path)
    if (place.found !== undefined) throw errno('EEXIST')
    this.#mayChange(place)
    return place
  }

  #mayChange({ directory }: Place): void {
    if (directory.mount.readOnly) throw errno('EROFS')
    const stat = directory.inode.stat()
    need(this.#task.credentials, 'write', stat)
    need(this.#task.credentials, 'execute', stat)
  }

  #mayRemove(place: Place, inode: Inode): void {
    if (place.name === '') throw errno('EBUSY')
    this.#mayChange(place)
    const { uid } = this.#task.credentials
    const folder = place.directory.inode.stat()
    const sticky = (folder.mode & 0o1000) !== 0
    if (sticky && uid !== 0 && uid !== folder.uid && uid !== inode.stat().uid) throw errno('EPERM')
    if (this.#task.container.mounts.isMountPoint(place.found?.path ?? '')) throw errno('EBUSY')
  }

  #changing(path: string, follow: boolean): { readonly inode: Inode; readonly writable: () => void } {
    const { inode, mount } = this.#at(path, follow)
    const writable = () => {
      if (mount.readOnly) throw errno('EROFS')
    }
    return { inode, writable }
  }

  #mustOwn(inode: Inode): void {
    const { uid } = this.#task.credentials
    if (uid !== 0 && uid !== inode.stat().uid) throw errno('EPERM')
  }
}

function existing({ found }: Place): Position {
  if (found === undefined) throw errno('ENOENT')
  return found
}
