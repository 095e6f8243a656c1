import type { Description } from '../kernel/description.ts'
import type { TerminalDevice } from '../kernel/terminal.ts'
import type { OpenFlags, Program, Stat } from '../process.ts'
import type { Credentials } from './credentials.ts'

/** What chmod, chown and utimes change. */
export interface Changes {
  readonly mode?: number
  readonly uid?: number
  readonly gid?: number
  readonly modified?: number
  readonly accessed?: number
}

/** What something new in a directory starts with. */
export interface Made {
  readonly type: 'file' | 'directory' | 'symlink'
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** A symlink's. */
  readonly target?: string
}

interface Base {
  stat(): Stat
  change(changes: Changes): void
}

export interface Directory extends Base {
  readonly type: 'directory'
  find(name: string): Inode | undefined
  names(): readonly string[]
  /** Where there is nothing of that name. */
  make(name: string, made: Made): Inode
  link(name: string, inode: Inode): void
  /** Whatever it is; a directory has been found empty. */
  remove(name: string): void
  /** Into a directory of the same file system; what stood there has been removed. */
  move(name: string, to: Directory, as: string): void
}

export interface RegularFile extends Base {
  readonly type: 'file'
  /** What execve runs. */
  readonly program: Program | undefined
  read(offset: number, limit: number): Uint8Array
  write(offset: number, data: Uint8Array): void
  truncate(size: number): void
  /** Open files keep what has been unlinked. */
  hold(): void
  drop(): void
}

/** Who follows a link: /proc/self differs. */
export interface Walker {
  readonly credentials: Credentials
  readonly pid: number
}

export interface Symlink extends Base {
  readonly type: 'symlink'
  target(by: Walker): string
  /** Where a link of /proc leads at once, whatever its target says. */
  jump?(by: Walker): Inode
}

/** Who opens a device: of each, /dev/tty is another. */
export interface Opener extends Walker {
  readonly terminal: TerminalDevice | undefined
}

export interface Device extends Base {
  readonly type: 'character' | 'block' | 'pipe' | 'socket'
  open(by: Opener, flags: OpenFlags): Description
}

export type Inode = Directory | RegularFile | Symlink | Device

/** A file system's whole: what mount and df say about it, and what it has room for. */
export interface FileSystem {
  readonly root: Inode
  readonly source: string
  readonly type: string
  readonly options: string
  space(): { readonly total: number; readonly used: number }
}
