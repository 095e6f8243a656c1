import { errno } from '../errno.ts'
import type { Description } from '../kernel/description.ts'
import type { Task } from '../kernel/task.ts'
import type { OpenFlags } from '../process.ts'
import { inherited, need } from './credentials.ts'
import type { Inode, Made } from './inode.ts'
import type { Place } from './mounts.ts'
import { OpenDirectory, OpenRegular } from './regular.ts'

/** open(2). */
export async function open(task: Task, path: string, wanted: OpenFlags): Promise<Description> {
  const flags = { ...wanted, write: wanted.write === true || wanted.append === true }
  const exclusive = flags.create === true && flags.exclusive === true
  const place = task.container.mounts.place(path, task.here, task, !exclusive)
  if (place.found === undefined) {
    if (flags.create !== true) throw errno('ENOENT')
    return opened(task, create(task, place, flags.mode ?? 0o666), path, flags)
  }
  if (exclusive) throw errno('EEXIST')
  const { inode, mount } = place.found
  if (place.slashed && inode.type !== 'directory') throw errno('ENOTDIR')
  if (inode.type === 'directory' && (flags.write || flags.create === true)) throw errno('EISDIR')
  const isFile = inode.type === 'file' || inode.type === 'directory'
  if (flags.write && isFile && mount.readOnly) throw errno('EROFS')
  const stat = inode.stat()
  if (flags.read === true || !flags.write) need(task.credentials, 'read', stat)
  if (flags.write) need(task.credentials, 'write', stat)
  if (flags.truncate === true && flags.write && inode.type === 'file') inode.truncate(0)
  return opened(task, inode, place.found.path, flags)
}

function create(task: Task, { directory, name, slashed }: Place, mode: number): Inode {
  if (slashed) throw errno('EISDIR')
  const folder = directory.inode.stat()
  if (directory.mount.readOnly) throw errno('EROFS')
  need(task.credentials, 'write', folder)
  const { uid, gid } = task.credentials
  const made: Made = { type: 'file', mode: mode & ~task.umask & 0o7777, uid, gid }
  return directory.inode.make(name, inherited(made, folder))
}

function opened(task: Task, inode: Inode, path: string, flags: OpenFlags): Description {
  switch (inode.type) {
    case 'file':
      return new OpenRegular(inode, path, { ...flags, read: flags.read === true || flags.write !== true })
    case 'directory':
      return new OpenDirectory(inode, path)
    case 'symlink':
      throw errno('ELOOP')
    case 'character':
    case 'block':
    case 'pipe':
    case 'socket':
      return inode.open(task, flags)
  }
}
