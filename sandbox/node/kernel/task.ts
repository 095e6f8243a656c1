import type { Clock } from '../../clock.ts'
import type { Signal } from '../../contracts.ts'
import type { Credentials } from '../fs/credentials.ts'
import type { MountNamespace, Position } from '../fs/mounts.ts'
import type { NetworkNamespace } from '../net/namespace.ts'
import type { Network } from '../net/network.ts'
import { Killed, type OpenFile, type ProcessInfo } from '../process.ts'
import { type Caller, endless, nextNamespace } from './description.ts'
import type { Scheduler } from './scheduler.ts'
import { defaultAction, numberOf } from './signals.ts'
import type { TerminalDevice } from './terminal.ts'
import { Waiters } from './waiters.ts'

/** pids.max */
export const processLimit = 256

/** What the processes of one container share: its namespaces and its cgroup. */
export interface Container {
  readonly tasks: Set<Task>
  /** System calls since somebody last looked. */
  calls: number
  readonly mounts: MountNamespace
  readonly pids: PidNamespace
  readonly network: NetworkNamespace
  readonly net: Network
  readonly hostname: string
  readonly clock: Clock
  readonly scheduler: Scheduler
  /** The OOM killer has been here. */
  outOfMemory?: true
}

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
  /** What it holds open, whatever stands in fds. */
  readonly handles = new Set<Pick<OpenFile, 'close'>>()
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

/** The processes that see each other. When the first one ends, so do all others: pid_namespaces(7). */
export class PidNamespace {
  readonly number = nextNamespace()
  readonly tasks = new Map<number, Task>()
  #last = 0

  add(task: Task): number {
    do this.#last = this.#last >= 4_194_304 ? 2 : this.#last + 1
    while (this.tasks.has(this.#last))
    this.tasks.set(this.#last, task)
    return this.#last
  }

  get init(): Task | undefined {
    return this.tasks.get(1)
  }

  inGroup(group: number): readonly Task[] {
    return [...this.tasks.values()].filter((task) => task.group === group)
  }

  stoppedIn(session: number): readonly number[] {
    return [...this.tasks.values()].filter((task) => task.session === session && task.stopped).map(({ group }) => group)
  }

  childrenOf(pid: number): readonly Task[] {
    return [...this.tasks.values()].filter((task) => task.parent === pid)
  }
}
