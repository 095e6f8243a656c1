import type { Image } from '../../programs/image.ts'
import { errno } from '../errno.ts'
import { TerminalFile } from '../kernel/terminal.ts'
import { CharacterDevice, Source } from './devices.ts'
import { imageTree } from './image.ts'
import type { FileSystem, Opener } from './inode.ts'
import { MemoryDirectory } from './directory.ts'
import { MemoryLink, nextDevice, type Store } from './memory.ts'
import { MountNamespace } from './mounts.ts'
import { Quota } from './quota.ts'

/** A file system in memory of its own. */
export function memorySystem(
  root: MemoryDirectory,
  { quota }: Store,
  named: Pick<FileSystem, 'source' | 'type' | 'options'>,
): FileSystem {
  return { ...named, root, space: () => ({ total: quota.limit, used: quota.used }) }
}

export interface RootOptions {
  readonly image: Pick<Image, 'files' | 'programs'>
  readonly readOnly: boolean
  readonly quota: Quota
  readonly now: () => number
}

export interface Root {
  readonly mounts: MountNamespace
  readonly store: Store
  readonly root: MemoryDirectory
  /** /dev/pts */
  readonly terminals: MemoryDirectory
}

/** A container's root, over its image's files, and /dev. */
export function rootFor({ image, readOnly, quota, now }: RootOptions): Root {
  const store: Store = { device: nextDevice(), quota, now }
  const below = imageTree(image)
  const root = new MemoryDirectory(store, below.stat(), below)
  for (const name of ['dev', 'proc', 'sys', 'etc'])
    if (root.find(name) === undefined) root.put(name, new MemoryDirectory(store, { mode: 0o755 }))
  const mounts = new MountNamespace(
    memorySystem(root, store, { source: 'overlay', type: 'overlay', options: 'relatime' }),
    readOnly,
  )
  const devices = { source: 'tmpfs', type: 'tmpfs', options: 'nosuid,size=65536k,mode=755' }
  const devStore = { device: nextDevice(), quota: new Quota(64 << 20, quota), tmpfs: true, now }
  const dev = devTree(devStore)
  mounts.mount({ path: '/dev', root: dev, readOnly: false, fs: memorySystem(dev, devStore, devices) })
  const terminals = new MemoryDirectory(devStore, { mode: 0o755 })
  const pts = { source: 'devpts', type: 'devpts', options: 'nosuid,noexec,relatime,gid=5,mode=620,ptmxmode=666' }
  mounts.mount({
    path: '/dev/pts',
    root: terminals,
    readOnly: false,
    fs: { ...memorySystem(terminals, devStore, pts), space: nothing },
  })
  const sys = new MemoryDirectory(store, { mode: 0o555 })
  const sysfs = { source: 'sysfs', type: 'sysfs', options: 'nosuid,nodev,noexec,relatime' }
  mounts.mount({ path: '/sys', root: sys, readOnly: true, fs: { ...memorySystem(sys, store, sysfs), space: nothing } })
  return { mounts, store, root, terminals }
}

const nothing = () => ({ total: 0, used: 0 })

function devTree(store: Store): MemoryDirectory {
  const dev = new MemoryDirectory(store, { mode: 0o755 })
  for (const [name, kind, minor] of [
    ['null', 'null', 3],
    ['zero', 'zero', 5],
    ['full', 'full', 7],
    ['random', 'random', 8],
    ['urandom', 'random', 9],
  ] as const) {
    const stat = () => device.stat()
    const device = new CharacterDevice(store, [1, minor], () => new Source(`/dev/${name}`, kind, stat))
    dev.put(name, device)
  }
  for (const [name, target] of [
    ['fd', '/proc/self/fd'],
    ['stdin', '/proc/self/fd/0'],
    ['stdout', '/proc/self/fd/1'],
    ['stderr', '/proc/self/fd/2'],
  ] as const)
    dev.put(name, new MemoryLink(store, {}, target))
  const ownTerminal = ({ terminal }: Opener) => {
    if (terminal === undefined) throw errno('ENXIO')
    return new TerminalFile(terminal)
  }
  dev.put('tty', new CharacterDevice(store, [5, 0], ownTerminal))
  dev.put('ptmx', new MemoryLink(store, {}, 'pts/ptmx'))
  dev.put('pts', new MemoryDirectory(store, { mode: 0o755 }))
  for (const name of ['mqueue', 'shm']) dev.put(name, new MemoryDirectory(store, { mode: 0o1777 }))
  return dev
}
