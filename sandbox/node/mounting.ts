import type { ContainerSpec, PodSandbox } from '../contracts.ts'
import { errno } from './errno.ts'
import { root } from './fs/credentials.ts'
import type { Directory, FileSystem, Inode } from './fs/inode.ts'
import { MemoryDirectory } from './fs/directory.ts'
import { MemoryFile, nextDevice, type Store } from './fs/memory.ts'
import type { MountNamespace, Position } from './fs/mounts.ts'
import { memorySystem } from './fs/root.ts'
import { subPathOf, type Volume } from './fs/volumes.ts'

interface Wanted {
  readonly path: string
  readonly fs: FileSystem
  readonly root: Inode
  readonly readOnly: boolean
}

/** Mounts a container's volumes, and the files that the kubelet and the runtime keep for it: parents first, as CRI orders them. Gives the termination log. */
export function mountAll(
  mounts: MountNamespace,
  store: Store,
  pod: PodSandbox,
  spec: ContainerSpec,
  volumeOf: (id: string) => Volume | undefined,
): MemoryFile {
  const volumes = spec.mounts.map(({ volume: id, path, subPath, readOnly }): Wanted => {
    const volume = volumeOf(id)
    if (volume === undefined) throw errno('ENOENT')
    const inode = subPath === undefined || subPath === '' ? volume.fs.root : subPathOf(volume, subPath)
    return { path, fs: volume.fs, root: inode, readOnly: readOnly || volume.readOnly }
  })
  const taken = new Set(volumes.map(({ path }) => path))
  const { terminationLog, files } = podFiles(store, pod, spec)
  const wanted = [...volumes, ...files.filter(({ path }) => !taken.has(path))]
  for (const { path, ...what } of wanted.toSorted((a, b) => depth(a.path) - depth(b.path))) {
    // What is mounted stays, even if it is unlinked where it was: a ConfigMap's file by its subPath.
    if (what.root.type === 'file') what.root.hold()
    mounts.mount({ path: placeFor(mounts, path, what.root.type === 'directory'), ...what })
  }
  return terminationLog
}

const depth = (path: string): number => path.split('/').filter((name) => name !== '').length

function podFiles(
  store: Store,
  { hosts, resolvConf, hostname }: PodSandbox,
  { terminationLog = '/dev/termination-log', readOnlyRoot }: ContainerSpec,
): { readonly terminationLog: MemoryFile; readonly files: readonly Wanted[] } {
  const folder = new MemoryDirectory({ ...store, device: nextDevice() }, { mode: 0o755 })
  const node = memorySystem(folder, store, { source: '/dev/vda', type: 'ext4', options: 'relatime' })
  const shm = new MemoryDirectory({ ...store, device: nextDevice(), tmpfs: true }, { mode: 0o1777 })
  const options = 'nosuid,nodev,noexec,relatime,size=65536k'
  const file = (content: string, mode: number) => new MemoryFile(store, { mode }, Buffer.from(content))
  const log = file('', 0o666)
  const files = [
    { path: '/etc/hosts', fs: node, root: file(hosts, 0o644), readOnly: false },
    { path: terminationLog, fs: node, root: log, readOnly: false },
    { path: '/etc/hostname', fs: node, root: file(`${hostname}\n`, 0o644), readOnly: readOnlyRoot },
    { path: '/etc/resolv.conf', fs: node, root: file(resolvConf, 0o644), readOnly: readOnlyRoot },
    {
      path: '/dev/shm',
      fs: memorySystem(shm, store, { source: 'shm', type: 'tmpfs', options }),
      root: shm,
      readOnly: false,
    },
  ]
  for (const { root: inode } of files) if (inode instanceof MemoryFile) inode.links = 1
  return { terminationLog: log, files }
}

/** The real path of what to mount on, or to work in; made where it is missing, whatever is read-only. */
export function placeFor(mounts: MountNamespace, path: string, isDirectory = true): string {
  const by = { credentials: root, pid: 0 }
  let here: Position = mounts.root
  const names = path.split('/').filter((name) => name !== '')
  for (const [index, name] of names.entries()) {
    const { found, directory, name: last } = mounts.place(name, here, by, true)
    const isFile = index === names.length - 1 && !isDirectory
    if (found === undefined) make(directory.inode, last, isFile)
    here = found ?? mounts.at(name, here, by)
  }
  return here.path
}

function make(directory: Directory, name: string, isFile: boolean): void {
  directory.make(name, { type: isFile ? 'file' : 'directory', mode: isFile ? 0o644 : 0o755, uid: 0, gid: 0 })
}
