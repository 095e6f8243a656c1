// What a program of a container sees: the only thing it sees. Every call that waits rejects with Killed once the process has to end; a program
// lets that pass through.
import type { Clock } from '../clock.ts'
import type { Signal } from '../contracts.ts'

/** Runs as a process, from its argv to its exit code. */
export type Program = (process: Process) => Promise<number>

/** A system call's refusal: code ENOENT, message "No such file or directory" (the words of strerror, as musl and glibc both have them). */
export class Errno extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** Thrown into a process that has to end: by a signal without a handler, or with its container. */
export class Killed extends Error {}

/** Thrown by a program that takes more memory than there is: the kernel's OOM killer ends it, and nothing is said. */
export class OutOfMemory extends Killed {}

/** An open file, pipe, terminal or socket. Shared by whoever inherits it; closed when the last one has closed it. */
export interface OpenFile {
  /** At most `limit` bytes, as soon as there are any; none at the end. */
  read(limit: number): Promise<Uint8Array>
  /** All of it, waiting where a pipe is full. EPIPE (and SIGPIPE) when nobody reads any more; ENOSPC; EBADF. */
  write(data: Uint8Array): Promise<void>
  /** From here on; for regular files. */
  seek(offset: number, from: 'start' | 'current' | 'end'): Promise<number>
  stat(): Promise<Stat>
  close(): void
  readonly terminal: Terminal | undefined
}

export interface Terminal {
  readonly columns: number
  readonly rows: number
  /** Raw: byte by byte, without echo and without ^C. */
  raw: boolean
  /** The process group that gets ^C. */
  foreground: number
  readonly name: string
}

export interface Stat {
  readonly type: 'file' | 'directory' | 'symlink' | 'pipe' | 'socket' | 'character' | 'block'
  /** Permission bits, 0o755. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly size: number
  readonly links: number
  readonly inode: number
  readonly device: number
  /** What a device file stands for: 1, 3 is /dev/null. */
  readonly special?: readonly [major: number, minor: number]
  /** Milliseconds since 1970. */
  readonly modified: number
  readonly changed: number
  readonly accessed: number
  /** 512-byte blocks. */
  readonly blocks: number
}

export interface OpenFlags {
  readonly read?: boolean
  readonly write?: boolean
  readonly append?: boolean
  readonly create?: boolean
  readonly truncate?: boolean
  readonly exclusive?: boolean
  /** For a file that is created; 0o666 less umask by default. */
  readonly mode?: number
}

/** The container's file tree as this process may see it: relative paths start at its working directory, permissions are its user's. Rejects with Errno. */
export interface Files {
  stat(path: string): Promise<Stat>
  lstat(path: string): Promise<Stat>
  /** Without . and .., in the order of the file system (not sorted). */
  list(path: string): Promise<readonly string[]>
  open(path: string, flags: OpenFlags): Promise<OpenFile>
  read(path: string): Promise<Uint8Array>
  write(path: string, data: Uint8Array, flags?: OpenFlags): Promise<void>
  makeDirectory(path: string, mode?: number): Promise<void>
  removeDirectory(path: string): Promise<void>
  unlink(path: string): Promise<void>
  rename(from: string, to: string): Promise<void>
  link(from: string, to: string): Promise<void>
  symlink(target: string, path: string): Promise<void>
  readlink(path: string): Promise<string>
  chmod(path: string, mode: number): Promise<void>
  chown(path: string, uid: number, gid: number): Promise<void>
  /** Milliseconds since 1970. */
  setTimes(path: string, accessed: number, modified: number): Promise<void>
  /** The path without symlinks, . and .. */
  real(path: string): Promise<string>
  mayExecute(path: string): Promise<boolean>
  mounts(): readonly {
    readonly source: string
    readonly path: string
    readonly type: string
    readonly options: string
  }[]
  /** Bytes on the file system that holds `path`: df. */
  space(path: string): Promise<{ readonly total: number; readonly used: number }>
}

export interface Net {
  /** host: an address or a name. Errno: ECONNREFUSED, ETIMEDOUT, EHOSTUNREACH, ENETUNREACH; EAI_NONAME where the name leads nowhere. */
  connect(host: string, port: number): Promise<Socket>
  /** EADDRINUSE */
  listen(port: number, address?: string): Promise<Listener>
  /** What the cluster's DNS answers for one full name; search domains are the caller's. */
  resolve(
    name: string,
    type: 'A' | 'AAAA' | 'SRV' | 'PTR',
  ): Promise<{ readonly code: 'NOERROR' | 'NXDOMAIN' | 'SERVFAIL'; readonly answers: readonly string[] }>
  /** As the C library resolves it: /etc/hosts, then the search path of /etc/resolv.conf. Empty where there is nothing. */
  lookup(name: string): Promise<readonly string[]>
  readonly address: string
}

export interface Socket extends OpenFile {
  readonly local: { readonly address: string; readonly port: number }
  readonly remote: { readonly address: string; readonly port: number }
  /** Nothing more will be written. */
  end(): void
}

export interface Listener {
  accept(): Promise<Socket>
  close(): void
}

export interface ProcessInfo {
  readonly pid: number
  readonly parent: number
  readonly group: number
  readonly session: number
  readonly uid: number
  readonly argv: readonly string[]
  /** The short name of /proc/PID/comm. */
  readonly comm: string
  readonly state: 'R' | 'S' | 'T' | 'Z'
  readonly started: number
  readonly terminal: string | undefined
}

export interface Child {
  readonly pid: number
  /** The exit code, 128 + n after a signal. */
  wait(): Promise<number>
  /** The number of the signal that ended it, or 0. */
  readonly signal: number
}

export interface SpawnOptions {
  /** 0, 1, 2, ...; those of this process by default. The child gets duplicates. */
  readonly fds?: ReadonlyMap<number, OpenFile>
  readonly env?: ReadonlyMap<string, string>
  readonly cwd?: string
  /** Another user, where this one is root. */
  readonly uid?: number
  readonly gid?: number
  readonly groups?: readonly number[]
  /** A new process group for it, which may have the terminal from the start; or that of `group`. */
  readonly group?: 'new' | 'foreground' | number
}

export interface Process {
  readonly pid: number
  readonly parent: number
  group: number
  /** argv[0] is what was typed. */
  readonly argv: readonly string[]
  readonly env: Map<string, string>
  readonly cwd: string
  chdir(path: string): Promise<void>
  readonly uid: number
  readonly gid: number
  readonly groups: readonly number[]
  umask: number
  readonly fds: Map<number, OpenFile>
  readonly files: Files
  readonly net: Net
  readonly clock: Clock
  readonly hostname: string
  /** Fires with a Killed when the process has to end. */
  readonly ending: AbortSignal
  /**
   * PID 1 ignores whatever has no handler, as on Linux; SIGKILL and SIGSTOP cannot be handled. A handler is called at once, between two steps,
   * with the sender's pid: 0 for the kernel, and whoever is outside.
   */
  on(signal: Signal, action: ((from: number) => void) | 'ignore' | 'default'): void
  /** A program of the image, by path or looked for on PATH. ENOENT, EACCES; EAGAIN ("Resource temporarily unavailable") at the container's limit. */
  spawn(argv: readonly string[], options?: SpawnOptions): Promise<Child>
  /** A child that runs `body` instead: a subshell, a worker. Same argv unless given. */
  fork(body: Program, options?: SpawnOptions & { readonly argv?: readonly string[] }): Promise<Child>
  /** Becomes another program, under the same pid; resolves with its exit code. */
  exec(argv: readonly string[], options?: Pick<SpawnOptions, 'fds' | 'env'>): Promise<number>
  pipe(): readonly [reader: OpenFile, writer: OpenFile]
  /** Another handle on the same open file. */
  duplicate(file: OpenFile): OpenFile
  /** A negative pid means a process group. ESRCH, EPERM. */
  kill(pid: number, signal: Signal | 0): void
  processes(): readonly ProcessInfo[]
  sleep(milliseconds: number): Promise<void>
  /** To be called in every loop that does not wait for anything else: lets others run, and throws when the process has to end or is over a limit. */
  step(): Promise<void> | void
  /** Shown by ps, as a server's setproctitle does. */
  title(argv: readonly string[]): void
}
