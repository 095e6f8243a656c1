// The one file of the node that touches the host: the folder in which the simulated node's disk lies. It works on the main thread.
import * as fs from 'node:fs'
import { join } from 'node:path'
import { type Code, errno } from './errno.ts'
import type { Disk, DiskStat, Names } from './fs/disk.ts'
import type { Changes, Made } from './fs/inode.ts'
import { Ownership } from './ownership.ts'

const room = 512 << 20
/** What a name costs beside its content. */
const overhead = 4096
const device = 254
/** A volume is measured anew so often: Postgres writes into it by itself. */
const measuredFor = 5000

/** Never follows a link of the host: every folder on the way has to be one. A container's symlinks are empty files, and their targets in the table. */
export class HostDisk implements Disk {
  readonly #folder: string
  readonly #owned = new Ownership()
  readonly #used = new Map<string, { bytes: number; measured: number }>()

  constructor(folder: string) {
    this.#folder = fs.realpathSync(folder)
  }

  stat(names: Names): DiskStat | undefined {
    const path = this.#path(names)
    const host = path === undefined ? undefined : fs.lstatSync(path, { throwIfNoEntry: false })
    if (host === undefined) return undefined
    const { uid, gid, mode, target } = this.#owned.of(names, host.mode & 0o777)
    const isLink = target !== undefined || host.isSymbolicLink()
    return {
      type: host.isDirectory() ? 'directory' : isLink ? 'symlink' : 'file',
      mode: isLink ? 0o777 : mode,
      uid,
      gid,
      size: target === undefined ? host.size : Buffer.byteLength(target),
      links: host.nlink,
      inode: host.ino,
      device,
      modified: host.mtimeMs,
      changed: host.ctimeMs,
      accessed: host.atimeMs,
      blocks: target === undefined ? host.blocks : 0,
      ...(isLink ? { target: target ?? '' } : {}),
    }
  }

  list(names: Names): readonly string[] {
    return told(() => fs.readdirSync(this.#there(names)))
  }

  read(names: Names, offset: number, limit: number): Uint8Array {
    return this.#open(names, fs.constants.O_RDONLY, (file) => {
      const size = Math.max(0, Math.min(limit, fs.fstatSync(file).size - offset))
      const data = Buffer.alloc(size)
      return data.subarray(0, fs.readSync(file, data, 0, size, offset))
    })
  }

  write(names: Names, offset: number, data: Uint8Array, volume: number): void {
    this.#open(names, fs.constants.O_WRONLY, (file) => {
      this.#take(names.slice(0, volume), offset + data.length - fs.fstatSync(file).size)
      let done = 0
      while (done < data.length) done += fs.writeSync(file, data, done, data.length - done, offset + done)
    })
  }

  truncate(names: Names, size: number, volume: number): void {
    this.#open(names, fs.constants.O_WRONLY, (file) => {
      this.#take(names.slice(0, volume), size - fs.fstatSync(file).size)
      fs.ftruncateSync(file, size)
    })
  }

  make(names: Names, { type, mode, uid, gid, target }: Made, volume: number): void {
    const path = this.#there(names)
    this.#take(names.slice(0, volume), overhead)
    told(() => {
      if (type === 'directory') fs.mkdirSync(path, { mode: 0o700 })
      else fs.closeSync(fs.openSync(path, 'wx', 0o600))
    })
    this.#owned.set(names, { uid, gid, mode, ...(target === undefined ? {} : { target }) })
  }

  link(names: Names, to: Names): void {
    told(() => fs.linkSync(this.#there(names), this.#there(to)))
    this.#owned.copy(names, to)
  }

  remove(names: Names): void {
    const path = this.#there(names)
    told(() => (fs.lstatSync(path).isDirectory() ? fs.rmdirSync(path) : fs.unlinkSync(path)))
    this.#owned.remove(names)
  }

  move(names: Names, to: Names): void {
    told(() => fs.renameSync(this.#there(names), this.#there(to)))
    this.#owned.move(names, to)
  }

  change(names: Names, { mode, uid, gid, accessed, modified }: Changes): void {
    const stat = this.stat(names)
    if (stat === undefined) throw errno('ENOENT')
    const { target } = stat
    this.#owned.set(names, {
      uid: uid ?? stat.uid,
      gid: gid ?? stat.gid,
      mode: mode ?? stat.mode,
      ...(target === undefined ? {} : { target }),
    })
    if (accessed === undefined && modified === undefined) return
    told(() =>
      fs.lutimesSync(this.#there(names), (accessed ?? stat.accessed) / 1000, (modified ?? stat.modified) / 1000),
    )
  }

  space(volume: Names): { readonly total: number; readonly used: number } {
    return { total: room, used: this.#usage(volume).bytes }
  }

  hostPath(names: Names): string {
    return this.#there(names)
  }

  /** A volume's folder, for everybody: as local-path's helper makes it. */
  makeVolume(path: string): void {
    const names = namesOf(path)
    names.forEach((_name, index) => {
      const above = names.slice(0, index + 1)
      if (this.stat(above) === undefined)
        this.make(above, { type: 'directory', mode: 0o755, uid: 0, gid: 0 }, above.length)
    })
    this.change(names, { mode: 0o777 })
  }

  removeVolume(path: string): void {
    const names = namesOf(path)
    const host = this.#path(names)
    // rmSync removes links, and does not follow them.
    if (host !== undefined && names.length > 0) fs.rmSync(host, { recursive: true, force: true })
    this.#owned.remove(names)
    this.#used.delete(names.join('/'))
  }

  /** The host's path, whether something is there or not; undefined where a folder on the way is none, or a link. */
  #path(names: Names): string | undefined {
    let path = this.#folder
    for (const [index, name] of names.entries()) {
      if (name === '' || name === '.' || name === '..' || /[/\0]/.test(name)) throw errno('EINVAL')
      path = join(path, name)
      if (index < names.length - 1 && fs.lstatSync(path, { throwIfNoEntry: false })?.isDirectory() !== true)
        return undefined
    }
    return path
  }

  #there(names: Names): string {
    const path = this.#path(names)
    if (path === undefined) throw errno('ENOENT')
    return path
  }

  #open<T>(names: Names, flags: number, work: (file: number) => T): T {
    return told(() => {
      const file = fs.openSync(this.#there(names), flags | fs.constants.O_NOFOLLOW)
      try {
        return work(file)
      } finally {
        fs.closeSync(file)
      }
    })
  }

  #take(volume: Names, bytes: number): void {
    if (bytes <= 0) return
    const usage = this.#usage(volume)
    if (usage.bytes + bytes > room) throw errno('ENOSPC')
    usage.bytes += bytes
  }

  #usage(volume: Names): { bytes: number; measured: number } {
    const key = volume.join('/')
    const known = this.#used.get(key)
    if (known !== undefined && performance.now() - known.measured < measuredFor) return known
    const path = this.#path(volume)
    const usage = { bytes: path === undefined ? 0 : sizeOf(path), measured: performance.now() }
    this.#used.set(key, usage)
    return usage
  }
}

const namesOf = (path: string): Names => path.split('/').filter((name) => name !== '' && name !== '.')

function sizeOf(path: string): number {
  const stat = fs.lstatSync(path, { throwIfNoEntry: false })
  if (stat === undefined) return 0
  if (!stat.isDirectory()) return overhead + stat.size
  return fs.readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), overhead)
}

const told = <T>(work: () => T): T => {
  try {
    return work()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined || !/^E[A-Z]+$/.test(code) || (error as { syscall?: string }).syscall === undefined)
      throw error
    throw errno(hostCodes.has(code) ? (code as Code) : 'EIO')
  }
}

/** What the host may say that a container may hear. */
const hostCodes = new Set(['EEXIST', 'EISDIR', 'ENAMETOOLONG', 'ENOENT', 'ENOSPC', 'ENOTDIR', 'ENOTEMPTY'])
