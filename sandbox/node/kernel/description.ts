import { setMaxListeners } from 'node:events'
import type { Signal } from '../../contracts.ts'
import { errno } from '../errno.ts'
import type { OpenFlags, Stat, Terminal } from '../process.ts'

/** Whoever reads or writes: a process, or the node itself. */
export interface Caller {
  readonly ending: AbortSignal
  readonly group: number
  readonly session: number
  /** Sends a signal to the caller itself. */
  raise(signal: Signal): void
  /** To the whole group of the caller. Resolves when it may go on. */
  raiseInGroup(signal: Signal): Promise<void>
}

/** Many may wait at once for what ends a process, and for ever for what ends nothing. */
export function endless(): AbortController {
  const controller = new AbortController()
  setMaxListeners(0, controller.signal)
  return controller
}

/** The node as a caller: nothing ends it and nothing stops it. */
export const outside: Caller = {
  ending: endless().signal,
  group: 0,
  session: 0,
  raise: () => {},
  raiseInGroup: () => Promise.resolve(),
}

/** An open file as the kernel holds it: shared by all handles on it, released with the last. */
export abstract class Description {
  #handles = 0

  /** What /proc/PID/fd/N leads to: "pipe:[4711]", "/etc/hosts". */
  abstract readonly name: string
  abstract stat(): Stat

  read(_limit: number, _by: Caller): Promise<Uint8Array> {
    return Promise.reject(errno('EBADF'))
  }

  write(_data: Uint8Array, _by: Caller): Promise<void> {
    return Promise.reject(errno('EBADF'))
  }

  seek(_offset: number, _from: 'start' | 'current' | 'end'): number {
    throw errno('ESPIPE')
  }

  get terminal(): Terminal | undefined {
    return undefined
  }

  /** What opening /proc/PID/fd/N gives. */
  reopen(_flags: OpenFlags): Description {
    return this
  }

  hold(): void {
    this.#handles += 1
  }

  drop(): void {
    this.#handles -= 1
    if (this.#handles === 0) this.released()
  }

  protected released(): void {}
}

/** The stat of what has no place in a file system. */
export function anonymous(type: Stat['type'], inode: number, at: number, mode = 0o600): Stat {
  return {
    type,
    mode,
    uid: 0,
    gid: 0,
    size: 0,
    links: 1,
    inode,
    device: 12,
    modified: at,
    changed: at,
    accessed: at,
    blocks: 0,
  }
}

let inodes = 20_000
export const nextInode = (): number => (inodes += 1)

let namespaces = 4_026_532_000
/** The number in "pid:[4026532177]". */
export const nextNamespace = (): number => (namespaces += 1)
