import type { ContainerSpec, PodSandbox, VolumeMount } from '../contracts.ts'
import { errno } from './errno.ts'
import { root } from './fs/credentials.ts'
import type { Directory, Inode } from './fs/inode.ts'
import { MemoryDirectory, MemoryFile, nextDevice, type Store } from './fs/memory.ts'
import type { MountNamespace, Position } from './fs/mounts.ts'
import { memorySystem } from './fs/root.ts'
import { subPathOf, type Volume } from './fs/volumes.ts'

const node = { source: '/dev/vda', type: 'ext4', options: 'relatime' }

/** Mounts what a container's spec names, parents before children; runc makes what it is mounted on. */
export function mountVolumes(
  mounts: MountNamespace,
  wanted: readonly VolumeMount[],
  volumeOf: (id: string) => Volume | undefined,
): void {
  const sorted = wanted.toSorted((a, b) => a.path.split('/').length - b.path.split('/').length)
  for (const { volume: id, path, subPath, readOnly } of sorted) {
    const volume = volumeOf(id)
    if (volume === undefined) throw errno('ENOENT')
    const inode = subPath === undefined || subPath === '' ? volume.fs.root : subPathOf(volume, subPath)
    mounts.mount({ path: mountPoint(mounts, path, inode), fs: volume.fs, root: inode, readOnly })
  }
}

/** The files that the kubelet and the runtime keep for a Pod and a container: /etc/hosts and so on. Gives the termination log. */
export function mountPodFiles(
  mounts: MountNamespace,
  { hosts, resolvConf, hostname }: PodSandbox,
  store: Store,
  { terminationLog = '/dev/termination-log', readOnlyRoot }: ContainerSpec,
): MemoryFile {
  const folder = new MemoryDirectory({ ...store, device: nextDevice() }, { mode: 0o755 })
  const add = (path: string, content: string, mode: number) => {
    const file = folder.put(path, new MemoryFile(store, { mode }, Buffer.from(content)))
    const readOnly = readOnlyRoot && path.startsWith('/etc/') && path !== '/etc/hosts'
    mounts.mount({ path: mountPoint(mounts, path, file), fs: memorySystem(folder, store, node), root: file, readOnly })
    return file
  }
  add('/etc/hosts', hosts, 0o644)
  const log = add(terminationLog, '', 0o666)
  add('/etc/hostname', `${hostname}\n`, 0o644)
  add('/etc/resolv.conf', resolvConf, 0o644)
  return log
}

/** The real path to mount on, made where it is missing, whatever is read-only. */
function mountPoint(mounts: MountNamespace, path: string, inode: Inode): string {
  const by = { credentials: root, pid: 0 }
  let here: Position = mounts.root
  const names = path.split('/').filter((name) => name !== '')
  for (const [index, name] of names.entries()) {
    const { found, directory } = mounts.place(name, here, by, true)
    const isFile = index === names.length - 1 && inode.type !== 'directory'
    if (found === undefined) make(directory.inode, name, isFile)
    here = found ?? mounts.at(name, here, by)
  }
  return here.path
}

function make(directory: Directory, name: string, isFile: boolean): void {
  directory.make(name, { type: isFile ? 'file' : 'directory', mode: isFile ? 0o644 : 0o755, uid: 0, gid: 0 })
}
