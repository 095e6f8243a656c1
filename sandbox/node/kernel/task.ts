import type { Signal } from '../../contracts.ts'
import type { Credentials } from '../fs/credentials.ts'
import type { Position } from '../fs/mounts.ts'
import { Killed, type OpenFile, type ProcessInfo } from '../process.ts'
import type { Container } from './container.ts'
import { type Caller, endless } from './description.ts'
import type { Handle } from './handle.ts'
import { defaultAction, numberOf } from './signals.ts'
import type { TerminalDevice } from './terminal.ts'
import { Waiters } from './waiters.ts'

export interface Status {
  readonly code: number
  /** The number of the signal that ended it, or 0. */
  readonly signal: number
}

export interface Birth {
  readonly container: Container
  readonly parent: Task | undefined
  readonly argv: readonly string[]
  readonly env: ReadonlyMap<string, string>
  readonly here: Position
  readonly credentials: Credentials
  readonly umask: number
  /** undefined: a group of its own. */
  readonly group: number | undefined
  readonly session: number | undefined
  readonly terminal: TerminalDevice | undefined
}

/** A process as the kernel has it. */
export class Task implements Caller {
  readonly container: Container
  readonly pid: number
  parent: number
  group: number
  readonly session: number
  argv: readonly string[]
  comm: string
  exe = ''
  env: Map<string, string>
  /** Its working directory. */
  here: Position
  readonly credentials: Credentials
  umask: number
  readonly terminal: TerminalDevice | undefined
  /** An orphan: nobody will wait for it, and it leaves no zombie. */
  adopted = false
  readonly fds = new Map<number, OpenFile>()
  readonly handles = new Set<Handle>()
  readonly started: number
  readonly handlers = new Map<Signal, ((from: number) => void) | 'ignore'>()
  status: Status | undefined
  readonly exited: Promise<Status>
  #exit: (status: Status) => void = () => {}
  readonly #ending = endless()
  #stopped = false
  #waits = 0
  readonly #pending: [signal: Signal, from: number | 'outside'][] = []
  readonly #continued = new Waiters()

  constructor(birth: Birth) {
    const { container, parent } = birth
    this.container = container
    this.pid = container.pids.add(this)
    this.parent = parent?.pid ?? 0
    this.group = birth.group ?? this.pid
    this.session = birth.session ?? this.pid
    this.argv = birth.argv
    this.comm = shortName(birth.argv[0] ?? '')
    this.env = new Map(birth.env)
    this.here = birth.here
    this.credentials = birth.credentials
    this.umask = birth.umask
    this.terminal = birth.terminal
    this.started = container.clock.now()
    this.exited = new Promise((exit) => (this.#exit = exit))
    container.tasks.add(this)
  }

  get ending(): AbortSignal {
    return this.#ending.signal
  }

  get stopped(): boolean {
    return this.#stopped
  }

  get state(): ProcessInfo['state'] {
    if (this.status !== undefined) return 'Z'
    if (this.#stopped) return 'T'
    return this.#waits > 0 ? 'S' : 'R'
  }

  check(): void {
    if (this.status !== undefined) throw this.ending.reason as Error
  }

  /** At the door of every system call: who has ended gets no further, who is stopped waits, who has had a long turn lets others run. */
  enter(): Promise<void> | undefined {
    this.check()
    this.container.calls += 1
    if (this.#stopped) return this.#resumed()
    return this.container.scheduler.turn(this.container)?.then(() => this.enter())
  }

  /** What a process sleeps in. */
  async waiting<T>(wait: Promise<T>): Promise<T> {
    this.#waits += 1
    try {
      return await wait
    } finally {
      this.#waits -= 1
      if (this.#stopped && this.status === undefined) await this.#resumed()
    }
  }

  raise(signal: Signal): void {
    this.deliver(signal)
  }

  async raiseInGroup(signal: Signal): Promise<void> {
    for (const task of this.container.pids.inGroup(this.group)) task.deliver(signal)
    await this.enter()
  }

  /** From another process, or from the kernel: 0. From the node, which may kill even the first process: 'outside'. */
  deliver(signal: Signal, from: number | 'outside' = 0): void {
    if (this.status !== undefined) return
    if (signal === 'SIGCONT') this.#resume()
    const unstoppable = signal === 'SIGKILL' || signal === 'SIGSTOP'
    if (this.#stopped && signal !== 'SIGKILL') return void this.#pending.push([signal, from])
    const handler = unstoppable ? undefined : this.handlers.get(signal)
    if (handler === 'ignore') return
    if (handler !== undefined) return handler(from === 'outside' ? 0 : from)
    if (this.pid === 1 && !(from === 'outside' && unstoppable)) return
    const action = defaultAction(signal)
    if (action === 'end') this.end({ code: 128 + numberOf(signal), signal: numberOf(signal) })
    if (action === 'stop') {
      this.#stopped = true
      this.container.pids.tasks.get(this.parent)?.deliver('SIGCHLD')
    }
  }

  end(status: Status): void {
    if (this.status !== undefined) return
    this.status = status
    this.#ending.abort(new Killed('Killed'))
    for (const handle of this.handles) handle.close()
    this.container.tasks.delete(this)
    const { pids } = this.container
    for (const child of pids.childrenOf(this.pid)) {
      child.parent = 1
      child.adopted = true
      if (child.status !== undefined) child.reap()
    }
    if (this.pid === 1) for (const task of pids.tasks.values()) task.deliver('SIGKILL', 'outside')
    const parent = pids.tasks.get(this.parent)
    if (parent === undefined || parent.status !== undefined || this.adopted) this.reap()
    parent?.deliver('SIGCHLD')
    this.#exit(status)
  }

  reap(): void {
    this.container.pids.tasks.delete(this.pid)
  }

  #resume(): void {
    if (!this.#stopped) return
    this.#stopped = false
    this.#continued.wake()
    for (const [signal, from] of this.#pending.splice(0)) this.deliver(signal, from)
  }

  async #resumed(): Promise<void> {
    while (this.#stopped) await this.#continued.wait(this.ending)
    this.check()
  }
}

export const shortName = (command: string): string => command.slice(command.lastIndexOf('/') + 1).slice(0, 15)
