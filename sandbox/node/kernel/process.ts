import type { Clock } from '../../clock.ts'
import type { Signal } from '../../contracts.ts'
import { errno } from '../errno.ts'
import { type Credentials, need } from '../fs/credentials.ts'
import { TaskFiles } from '../fs/files.ts'
import type { Child, Files, Net, OpenFile, Process, ProcessInfo, Program, SpawnOptions } from '../process.ts'
import { TaskNet } from '../net/net.ts'
import { processLimit } from './container.ts'
import { load } from './execute.ts'
import { descriptionOf, Handle, isOpen } from './handle.ts'
import { Pipe, PipeReader, PipeWriter } from './pipe.ts'
import { run, toEnd } from './run.ts'
import { shortName, Task } from './task.ts'

/** What a program sees of its task. */
export class TaskProcess implements Process {
  readonly #task: Task
  readonly files: Files
  readonly net: Net
  readonly fds: Map<number, OpenFile>

  constructor(task: Task) {
    this.#task = task
    tasks.set(this, task)
    this.files = new TaskFiles(task)
    this.net = new TaskNet(task)
    this.fds = task.fds
  }

  get pid(): number {
    return this.#task.pid
  }

  get parent(): number {
    return this.#task.parent
  }

  get group(): number {
    return this.#task.group
  }

  set group(group: number) {
    this.#task.group = group
  }

  get argv(): readonly string[] {
    return this.#task.argv
  }

  get env(): Map<string, string> {
    return this.#task.env
  }

  get cwd(): string {
    return this.#task.cwd.path
  }

  get uid(): number {
    return this.#task.credentials.uid
  }

  get gid(): number {
    return this.#task.credentials.gid
  }

  get groups(): readonly number[] {
    return this.#task.credentials.groups
  }

  get umask(): number {
    return this.#task.umask
  }

  set umask(umask: number) {
    this.#task.umask = umask & 0o777
  }

  get clock(): Clock {
    return this.#task.container.clock
  }

  get hostname(): string {
    return this.#task.container.hostname
  }

  get ending(): AbortSignal {
    return this.#task.ending
  }

  async chdir(path: string): Promise<void> {
    await this.#task.enter()
    const { container, cwd, credentials } = this.#task
    const position = container.mounts.at(path, cwd, this.#task)
    if (position.inode.type !== 'directory') throw errno('ENOTDIR')
    need(credentials, 'execute', position.inode.stat())
    this.#task.cwd = position
  }

  on(signal: Signal, action: ((from: number) => void) | 'ignore' | 'default'): void {
    if (action === 'default') this.#task.handlers.delete(signal)
    else this.#task.handlers.set(signal, action)
  }

  async spawn(argv: readonly string[], options: SpawnOptions = {}): Promise<Child> {
    await this.#task.enter()
    const loaded = load(this.#task, argv, (options.env ?? this.env).get('PATH'))
    const child = await this.#born(loaded.argv, options)
    child.exe = loaded.exe
    for (const [signal, action] of child.handlers) if (action !== 'ignore') child.handlers.delete(signal)
    run(child, loaded.program, new TaskProcess(child))
    return this.#child(child)
  }

  async fork(body: Program, options: SpawnOptions & { readonly argv?: readonly string[] } = {}): Promise<Child> {
    await this.#task.enter()
    const child = await this.#born(options.argv ?? this.argv, options)
    child.exe = this.#task.exe
    child.comm = this.#task.comm
    run(child, body, new TaskProcess(child))
    return this.#child(child)
  }

  async exec(argv: readonly string[], options: Pick<SpawnOptions, 'fds' | 'env'> = {}): Promise<number> {
    const task = this.#task
    await task.enter()
    const loaded = load(task, argv, (options.env ?? this.env).get('PATH'))
    if (options.fds !== undefined) {
      const kept = handles(task, options.fds)
      task.fds.clear()
      for (const [number, handle] of kept) task.fds.set(number, handle)
    }
    if (options.env !== undefined) task.env = new Map(options.env)
    const open = new Set(task.fds.values())
    for (const handle of task.handles) if (!open.has(handle)) handle.close()
    for (const [signal, action] of task.handlers) if (action !== 'ignore') task.handlers.delete(signal)
    task.argv = loaded.argv
    task.comm = shortName(loaded.argv[0] ?? '')
    task.exe = loaded.exe
    return toEnd(task, loaded.program, new TaskProcess(task))
  }

  pipe(): readonly [reader: OpenFile, writer: OpenFile] {
    this.#task.check()
    const pipe = new Pipe(this.clock.now())
    return [new Handle(this.#task, new PipeReader(pipe)), new Handle(this.#task, new PipeWriter(pipe))]
  }

  duplicate(file: OpenFile): OpenFile {
    this.#task.check()
    return new Handle(this.#task, descriptionOf(file))
  }

  kill(pid: number, signal: Signal | 0): void {
    this.#task.check()
    const { container, group, credentials } = this.#task
    const { pids } = container
    const everyone = [...pids.tasks.values()].filter((task) => task.pid !== 1 && task !== this.#task)
    const meant =
      pid === -1 ? everyone : pid === 0 ? pids.inGroup(group) : pid < 0 ? pids.inGroup(-pid) : [pids.tasks.get(pid)]
    const there = meant.filter((task) => task !== undefined)
    if (there.length === 0) throw errno('ESRCH')
    const allowed = there.filter((task) => credentials.uid === 0 || credentials.uid === task.credentials.uid)
    if (allowed.length === 0) throw errno('EPERM')
    if (signal !== 0) for (const task of allowed) task.deliver(signal, this.pid)
    this.#task.check()
  }

  processes(): readonly ProcessInfo[] {
    return [...this.#task.container.pids.tasks.values()]
      .map((task) => ({
        pid: task.pid,
        parent: task.parent,
        group: task.group,
        session: task.session,
        uid: task.credentials.uid,
        argv: task.argv,
        comm: task.comm,
        state: task === this.#task ? ('R' as const) : task.state,
        started: task.started,
        terminal: task.terminal?.name,
      }))
      .toSorted((a, b) => a.pid - b.pid)
  }

  async sleep(milliseconds: number): Promise<void> {
    await this.#task.enter()
    await this.#task.waiting(this.clock.sleep(milliseconds, this.#task.ending))
  }

  step(): Promise<void> | undefined {
    return this.#task.enter()
  }

  title(argv: readonly string[]): void {
    this.#task.argv = argv
  }

  async #born(argv: readonly string[], { fds, env, cwd, group, ...as }: SpawnOptions): Promise<Task> {
    const parent = this.#task
    const { container } = parent
    if (container.tasks.size >= processLimit) throw errno('EAGAIN')
    const child = new Task({
      container,
      parent,
      argv,
      env: env ?? parent.env,
      cwd: cwd === undefined ? parent.cwd : container.mounts.at(cwd, parent.cwd, parent),
      credentials: other(parent.credentials, as),
      umask: parent.umask,
      group: group === 'new' ? undefined : (group ?? parent.group),
      session: parent.session,
      terminal: parent.terminal,
    })
    for (const [number, handle] of handles(child, fds ?? parent.fds)) child.fds.set(number, handle)
    for (const [signal, action] of parent.handlers) if (action === 'ignore') child.handlers.set(signal, action)
    return child
  }

  #child(child: Task): Child {
    const { pid } = child
    return {
      pid,
      get signal() {
        return child.status?.signal ?? 0
      },
      wait: async () => {
        await this.#task.enter()
        const status = await this.#task.waiting(orEnding(child.exited, this.#task.ending))
        child.reap()
        return status.code
      },
    }
  }
}

/** setuid(2) and setgroups(2) between fork and exec: root's to do. */
function other(
  own: Credentials,
  { uid = own.uid, gid = own.gid, groups = own.groups }: Partial<Credentials>,
): Credentials {
  const same = uid === own.uid && gid === own.gid && groups === own.groups
  if (own.uid !== 0 && !same) throw errno('EPERM')
  return { uid, gid, groups }
}

function handles(task: Task, files: ReadonlyMap<number, OpenFile>): readonly (readonly [number, Handle])[] {
  const open = [...files].filter(([, file]) => isOpen(file))
  return open.map(([number, file]) => [number, new Handle(task, descriptionOf(file))])
}

async function orEnding<T>(promise: Promise<T>, ending: AbortSignal): Promise<T> {
  let end = () => {}
  const ended = new Promise<never>((_never, fail) => {
    end = () => fail(ending.reason as Error)
    if (ending.aborted) end()
    else ending.addEventListener('abort', end, { once: true })
  })
  try {
    return await Promise.race([promise, ended])
  } finally {
    ending.removeEventListener('abort', end)
  }
}

const tasks = new WeakMap<Process, Task>()

/** The kernel's side of what a program has. */
export function taskOf(process: Process): Task {
  const task = tasks.get(process)
  if (task === undefined) throw errno('ESRCH')
  return task
}
