import { isDeepStrictEqual } from 'node:util'
import type { VolumeFile, VolumeSource } from '../../contracts.ts'
import { inherited, root } from './credentials.ts'
import { type Disk, diskSystem } from './disk.ts'
import type { Directory, FileSystem, Inode } from './inode.ts'
import { MemoryDirectory } from './directory.ts'
import { nextDevice, type Store } from './memory.ts'
import { MountNamespace, type Position } from './mounts.ts'
import { Quota } from './quota.ts'
import { memorySystem } from './root.ts'

export interface Volume {
  readonly fs: FileSystem
  /** What the kubelet has written, nobody else may change. */
  readonly readOnly: boolean
  /** New content for one that is there already. */
  update(source: VolumeSource): void
  /** What its files took, given back. */
  free(): void
}

interface Node {
  readonly quota: Quota
  readonly disk: Disk
  readonly now: () => number
}

export function makeVolume(source: VolumeSource, { quota, disk, now }: Node): Volume {
  if (source.type === 'disk')
    return { fs: diskSystem(disk, source.path), readOnly: false, update: () => {}, free: () => {} }
  const limited = source.type === 'scratch' && source.sizeLimit !== undefined
  const store: Store = {
    device: nextDevice(),
    quota: limited ? new Quota(source.sizeLimit ?? 0, quota) : quota,
    tmpfs: source.memory === true,
    now,
  }
  const memory = source.memory === true
  const group = source.fsGroup ?? 0
  const mode = (memory ? 0o1777 : 0o777) | (source.fsGroup === undefined ? 0 : 0o2000)
  const folder = new MemoryDirectory(store, { mode, gid: group })
  const named = memory
    ? {
        source: 'tmpfs',
        type: 'tmpfs',
        options: `relatime${limited ? `,size=${Math.ceil((source.sizeLimit ?? 0) / 1024)}k` : ''}`,
      }
    : { source: '/dev/vda', type: 'ext4', options: 'relatime' }
  let written: readonly VolumeFile[] | undefined
  const update = (next: VolumeSource) => {
    if (next.type !== 'files' || isDeepStrictEqual(next.files, written)) return
    written = next.files
    writeFiles(folder, next.files, next.fsGroup, now())
  }
  update(source)
  return {
    fs: memorySystem(folder, store, named),
    readOnly: source.type === 'files',
    update,
    free: () => folder.clear(),
  }
}

/** As the kubelet's atomic writer lays files: a folder of a new name, to which ..data is switched; what a learner sees leads through ..data. */
function writeFiles(
  folder: MemoryDirectory,
  files: readonly VolumeFile[],
  group: number | undefined,
  now: number,
): void {
  const data = folder.find('..data')
  const before = data?.type === 'symlink' ? data.target({ credentials: root, pid: 0 }) : undefined
  const old = before === undefined ? undefined : folder.find(before)
  const owner = { uid: 0, gid: group ?? 0 }
  const name = `..${new Date(now).toISOString().replaceAll(/[-:T]/g, '_').slice(0, 19)}.${String(Math.trunc(Math.random() * 1e10)).padStart(10, '0')}`
  const fresh = folder.make(name, { type: 'directory', mode: group === undefined ? 0o755 : 0o2755, ...owner })
  if (fresh.type !== 'directory') return
  for (const { path, content, mode, uid = 0 } of files) {
    const names = path.split('/')
    const last = names.pop() ?? ''
    let inner: Directory = fresh
    for (const part of names) {
      const next =
        inner.find(part) ??
        inner.make(part, { type: 'directory', mode: group === undefined ? 0o755 : 0o2755, ...owner })
      if (next.type === 'directory') inner = next
    }
    // An fsGroup may read: k8s.io/kubernetes/pkg/volume/volume_linux.go.
    const file = inner.make(last, { type: 'file', mode: group === undefined ? mode : mode | 0o440, ...owner, uid })
    if (file.type === 'file') file.write(0, content)
  }
  if (data !== undefined) folder.remove('..data')
  folder.make('..data', { type: 'symlink', mode: 0o777, target: name, ...owner })
  const visible = new Set(files.map(({ path }) => path.split('/')[0] ?? ''))
  for (const there of folder.names()) if (!there.startsWith('..') && !visible.has(there)) folder.remove(there)
  for (const wanted of visible)
    if (folder.find(wanted) === undefined)
      folder.make(wanted, { type: 'symlink', mode: 0o777, target: `..data/${wanted}`, ...owner })
  if (old instanceof MemoryDirectory && before !== undefined) {
    old.clear()
    folder.remove(before)
  }
}

/** The folder or file of a volume that is mounted by its subPath; a folder that is missing is made, like the volume's own. */
export function subPathOf({ fs }: Volume, subPath: string): Inode {
  const inside = new MountNamespace(fs, false)
  const by = { credentials: root, pid: 0 }
  let here: Position = inside.root
  for (const name of subPath.split('/').filter((part) => part !== '' && part !== '.')) {
    const { found, directory } = inside.place(name, here, by, true)
    if (found !== undefined) here = found
    else {
      const parent = directory.inode.stat()
      directory.inode.make(
        name,
        inherited({ type: 'directory', mode: fs.root.stat().mode & 0o7777, uid: 0, gid: 0 }, parent),
      )
      here = inside.at(name, here, by)
    }
  }
  return here.inode
}
