import type { Clock } from '../../clock.ts'
import type { Signal } from '../../contracts.ts'
import { errno } from '../errno.ts'
import { type Credentials, need } from '../fs/credentials.ts'
import { TaskFiles } from '../fs/files.ts'
import type { Child, Files, Net, OpenFile, Process, ProcessInfo, Program, SpawnOptions } from '../process.ts'
import { TaskNet } from '../net/net.ts'
import { Task, processLimit, shortName } from './task.ts'
import { load } from './execute.ts'
import { descriptionOf, Handle, isOpen } from './handle.ts'
import { Pipe, PipeReader, PipeWriter } from './pipe.ts'
import { run, toEnd } from './run.ts'

/** A task with what its program may ask of it: programs see it as a Process, and no more of it. */
export class TaskProcess extends Task implements Process {
  readonly files: Files = new TaskFiles(this)
  readonly net: Net = new TaskNet(this)

  get cwd(): string {
    return this.here.path
  }

  get uid(): number {
    return this.credentials.uid
  }

  get gid(): number {
    return this.credentials.gid
  }

  get groups(): readonly number[] {
    return this.credentials.groups
  }

  get clock(): Clock {
    return this.container.clock
  }

  get hostname(): string {
    return this.container.hostname
  }

  async chdir(path: string): Promise<void> {
    await this.enter()
    const position = this.container.mounts.at(path, this.here, this)
    if (position.inode.type !== 'directory') throw errno('ENOTDIR')
    need(this.credentials, 'execute', position.inode.stat())
    this.here = position
  }

  on(signal: Signal, action: ((from: number) => void) | 'ignore' | 'default'): void {
    if (action === 'default') this.handlers.delete(signal)
    else this.handlers.set(signal, action)
  }

  async spawn(argv: readonly string[], options: SpawnOptions = {}): Promise<Child> {
    await this.enter()
    const loaded = load(this, argv, (options.env ?? this.env).get('PATH'))
    const child = this.#born(loaded.argv, options)
    child.exe = loaded.exe
    run(child, loaded.program)
    return this.#child(child)
  }

  async fork(body: Program, options: SpawnOptions & { readonly argv?: readonly string[] } = {}): Promise<Child> {
    await this.enter()
    const child = this.#born(options.argv ?? this.argv, options)
    child.exe = this.exe
    child.comm = this.comm
    run(child, body)
    return this.#child(child)
  }

  async exec(argv: readonly string[], options: Pick<SpawnOptions, 'fds' | 'env'> = {}): Promise<number> {
    await this.enter()
    const loaded = load(this, argv, (options.env ?? this.env).get('PATH'))
    if (options.fds !== undefined) {
      const kept = handles(this, options.fds)
      this.fds.clear()
      for (const [number, handle] of kept) this.fds.set(number, handle)
    }
    if (options.env !== undefined) this.env = new Map(options.env)
    const open = new Set<Pick<OpenFile, 'close'>>(this.fds.values())
    for (const handle of this.handles) if (!open.has(handle)) handle.close()
    for (const [signal, action] of this.handlers) if (action !== 'ignore') this.handlers.delete(signal)
    this.argv = loaded.argv
    this.comm = shortName(loaded.argv[0] ?? '')
    this.exe = loaded.exe
    return toEnd(this, loaded.program)
  }

  pipe(): readonly [reader: OpenFile, writer: OpenFile] {
    this.check()
    const pipe = new Pipe(this.clock.now())
    return [new Handle(this, new PipeReader(pipe)), new Handle(this, new PipeWriter(pipe))]
  }

  duplicate(file: OpenFile): OpenFile {
    this.check()
    return new Handle(this, descriptionOf(file))
  }

  kill(pid: number, signal: Signal | 0): void {
    this.check()
    const { group, credentials } = this
    const { pids } = this.container
    const everyone = [...pids.tasks.values()].filter((task) => task.pid !== 1 && task !== this)
    const meant =
      pid === -1 ? everyone : pid === 0 ? pids.inGroup(group) : pid < 0 ? pids.inGroup(-pid) : [pids.tasks.get(pid)]
    const there = meant.filter((task) => task !== undefined)
    if (there.length === 0) throw errno('ESRCH')
    const allowed = there.filter((task) => credentials.uid === 0 || credentials.uid === task.credentials.uid)
    if (allowed.length === 0) throw errno('EPERM')
    if (signal !== 0) for (const task of allowed) task.deliver(signal, this.pid)
    this.check()
  }

  processes(): readonly ProcessInfo[] {
    return [...this.container.pids.tasks.values()]
      .map((task) => ({
        pid: task.pid,
        parent: task.parent,
        group: task.group,
        session: task.session,
        uid: task.credentials.uid,
        argv: task.argv,
        comm: task.comm,
        state: task === this ? ('R' as const) : task.state,
        started: task.started,
        terminal: task.terminal?.name,
      }))
      .toSorted((a, b) => a.pid - b.pid)
  }

  async sleep(milliseconds: number): Promise<void> {
    await this.enter()
    await this.waiting(this.clock.sleep(milliseconds, this.ending))
  }

  step(): Promise<void> | undefined {
    return this.enter()
  }

  title(argv: readonly string[]): void {
    this.argv = argv
  }

  #born(argv: readonly string[], { fds, env, cwd, group, ...as }: SpawnOptions): TaskProcess {
    const { container, umask, session, terminal } = this
    if (container.tasks.size >= processLimit) throw errno('EAGAIN')
    const child = new TaskProcess({
      container,
      parent: this,
      argv,
      env: env ?? this.env,
      here: cwd === undefined ? this.here : container.mounts.at(cwd, this.here, this),
      credentials: other(this.credentials, as),
      umask,
      group: typeof group === 'string' ? undefined : (group ?? this.group),
      session,
      terminal,
    })
    for (const [number, handle] of handles(child, fds ?? this.fds)) child.fds.set(number, handle)
    for (const [signal, action] of this.handlers) if (action === 'ignore') child.handlers.set(signal, action)
    if (group === 'foreground' && terminal !== undefined) terminal.foreground = child.pid
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
        await this.enter()
        const status = await this.waiting(orEnding(child.exited, this.ending))
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
