import { type Child, Errno, type Listener, type Process, type Socket } from '../../node/process.ts'
import type { Logs } from './logs.ts'
import { version } from './pages.ts'
import type { Settings } from './settings.ts'
import { ConfigError, refused } from './syntax.ts'
import { Worker } from './worker.ts'

interface Crew {
  readonly child: Child
  readonly worker: Promise<Worker>
  readonly end: (graceful: boolean) => void
  going: boolean
}

/** Whom a master that is root lets its workers be. */
export async function workerOf(
  process: Process,
  { user }: Settings,
): Promise<{ readonly uid: number; readonly gid: number; readonly groups: readonly number[] } | undefined> {
  if (process.uid !== 0) return undefined
  const passwd = Buffer.from(await process.files.read('/etc/passwd')).toString()
  const [uid, gid] =
    passwd
      .split('\n')
      .map((line) => line.split(':'))
      .find(([name]) => name === user)
      ?.slice(2) ?? []
  if (uid === undefined) throw new ConfigError(`getpwnam("${user}") failed`)
  return { uid: Number(uid), gid: Number(gid), groups: [] }
}

/** The process that holds the sockets, and lets workers answer. */
export class Master {
  readonly #process: Process
  readonly #logs: Logs
  readonly #readSettings: () => Promise<Settings>
  readonly #listeners = new Map<number, Listener>()
  readonly #crew = new Set<Crew>()
  #settings: Settings
  #connections = 0
  #ended: ((code: number) => void) | undefined
  #ending = false

  constructor(process: Process, logs: Logs, settings: Settings, readSettings: () => Promise<Settings>) {
    this.#process = process
    this.#logs = logs
    this.#settings = settings
    this.#readSettings = readSettings
  }

  /** The ports, or a ConfigError after five tries. */
  async bind(): Promise<void> {
    for (let left = 5; ; left -= 1) {
      const failures = await this.#tryToBind()
      if (failures.length === 0) return
      for (const { message } of failures) await this.#emergency(message)
      this.#notice('try again to bind() after 500ms')
      if (left === 1) throw new ConfigError('still could not bind()')
      await this.#process.sleep(500)
    }
  }

  async #tryToBind(): Promise<readonly ConfigError[]> {
    const failures: ConfigError[] = []
    const refusedPorts = new Map<number, Errno>()
    for (const { address, port } of this.#settings.servers.flatMap(({ listens }) => listens)) {
      const before = refusedPorts.get(port)
      if (before === undefined && this.#listeners.has(port)) continue
      try {
        // One socket stands for the port's IPv4 and IPv6 addresses.
        if (before !== undefined) throw before
        this.#listeners.set(port, await this.#process.net.listen(port, address === '127.0.0.1' ? address : '0.0.0.0'))
      } catch (error) {
        const failure = refused('bind', `${address}:${port}`, error)
        if (error instanceof Errno) refusedPorts.set(port, error)
        failures.push(failure)
      }
    }
    return failures
  }

  async #emergency(text: string): Promise<void> {
    this.#logs.error('emerg', this.#process.pid, text)
    await this.#logs.flush()
    await this.#process.fds.get(2)?.write(Buffer.from(`nginx: [emerg] ${text}\n`))
  }

  async run(): Promise<number> {
    const over = new Promise<number>((done) => (this.#ended = done))
    this.#handleSignals()
    this.#notice('using the "epoll" event method')
    this.#notice(version)
    const kernel = await this.#process.files.read('/proc/version').then(
      (data) => Buffer.from(data).toString(),
      () => '',
    )
    this.#notice(`OS: Linux ${/version (\S+)/.exec(kernel)?.[1] ?? '6.1.0'}`)
    this.#notice('getrlimit(RLIMIT_NOFILE): 1048576:1048576')
    await this.#startWorkers()
    for (const listener of this.#listeners.values()) void this.#accept(listener)
    const code = await over
    this.#notice('exit')
    await this.#logs.flush()
    await this.#process.files.unlink(this.#settings.pid).catch(() => undefined)
    return code
  }

  #notice(text: string): void {
    this.#logs.error('notice', this.#process.pid, text)
  }

  #handleSignals(): void {
    const handle = (
      name: 'SIGHUP' | 'SIGQUIT' | 'SIGTERM' | 'SIGINT' | 'SIGUSR1',
      number: number,
      what: string,
      action: () => void,
    ) =>
      this.#process.on(name, (from?: number) => {
        this.#notice(
          `signal ${number} (${name}) received${from === undefined || from === 0 ? '' : ` from ${from}`}, ${what}`,
        )
        action()
      })
    handle('SIGQUIT', 3, 'shutting down', () => this.#stop(true))
    handle('SIGTERM', 15, 'exiting', () => this.#stop(false))
    handle('SIGINT', 2, 'exiting', () => this.#stop(false))
    handle('SIGHUP', 1, 'reconfiguring', () => void this.#reload().catch(() => undefined))
    handle('SIGUSR1', 10, 'reopening logs', () => {
      this.#notice('reopening logs')
      void this.#logs
        .open(this.#settings)
        .catch((error: Error) => this.#logs.error('emerg', this.#process.pid, error.message))
    })
    this.#process.on('SIGWINCH', 'ignore')
  }

  async #startWorkers(): Promise<void> {
    this.#notice('start worker processes')
    for (let count = 0; count < this.#settings.workers; count += 1) await this.#startWorker()
  }

  async #startWorker(): Promise<void> {
    let up: (worker: Worker) => void
    let end: Crew['end'] = () => undefined
    const worker = new Promise<Worker>((done) => (up = done))
    const over = new Promise<boolean>((done) => (end = done))
    const settings = this.#settings
    const identity = await workerOf(this.#process, settings)
    const child = await this.#process.fork(
      async (process) => {
        process.title(['nginx: worker process'])
        for (const signal of ['SIGQUIT', 'SIGTERM', 'SIGINT'] as const)
          process.on(signal, () => end(signal === 'SIGQUIT'))
        process.on('SIGHUP', 'ignore')
        const own = new Worker(process, settings, this.#logs)
        up(own)
        process.ending.addEventListener('abort', () => end(false))
        if (await over) {
          this.#logs.error('notice', process.pid, 'gracefully shutting down')
          await own.quit()
        }
        this.#logs.error('notice', process.pid, 'exiting')
        this.#logs.error('notice', process.pid, 'exit')
        return 0
      },
      { argv: ['nginx: worker process'], ...identity },
    )
    this.#notice(`start worker process ${child.pid}`)
    const crew: Crew = { child, worker, end, going: true }
    this.#crew.add(crew)
    void child.wait().then(
      (code) => this.#buried(crew, code),
      () => undefined,
    )
  }

  #buried(crew: Crew, code: number): void {
    const { pid } = crew.child
    this.#crew.delete(crew)
    this.#notice(`signal 17 (SIGCHLD) received from ${pid}`)
    if (code > 128) this.#logs.error('alert', this.#process.pid, `worker process ${pid} exited on signal ${code - 128}`)
    else this.#notice(`worker process ${pid} exited with code ${code}`)
    if (this.#ending && this.#crew.size === 0) this.#ended?.(0)
    else if (!this.#ending) this.#notice('signal 29 (SIGIO) received')
    if (crew.going && !this.#ending) void this.#startWorker().catch(() => undefined)
  }

  #stop(graceful: boolean): void {
    this.#ending = true
    if (graceful) this.#close()
    for (const crew of this.#crew) crew.end(graceful)
    if (this.#crew.size === 0) this.#ended?.(0)
  }

  #close(): void {
    for (const listener of this.#listeners.values()) listener.close()
    this.#listeners.clear()
  }

  async #reload(): Promise<void> {
    this.#notice('reconfiguring')
    const before = new Set(this.#listeners.keys())
    const old = this.#settings
    try {
      this.#settings = await this.#readSettings()
      await this.#logs.open(this.#settings)
      const failures = await this.#tryToBind()
      if (failures[0] !== undefined) throw failures[0]
    } catch (error) {
      this.#settings = old
      this.#logs.error('emerg', this.#process.pid, (error as Error).message)
      return
    }
    this.#notice('using the "epoll" event method')
    const leaving = [...this.#crew]
    for (const crew of leaving) crew.going = false
    await this.#startWorkers()
    const wanted = new Set(this.#settings.servers.flatMap(({ listens }) => listens.map(({ port }) => port)))
    for (const [port, listener] of this.#listeners) {
      if (!before.has(port)) void this.#accept(listener)
      if (wanted.has(port)) continue
      listener.close()
      this.#listeners.delete(port)
    }
    for (const crew of leaving) crew.end(true)
  }

  async #accept(listener: Listener): Promise<void> {
    try {
      for (;;) this.#hand(await listener.accept())
    } catch {
      // The listener has been closed.
    }
  }

  /** To the worker whose turn it is. */
  #hand(socket: Socket): void {
    const crew = [...this.#crew].filter(({ going }) => going)
    const next = crew[this.#connections % Math.max(1, crew.length)]
    const number = (this.#connections += 1)
    if (next === undefined) socket.close()
    else void next.worker.then((worker) => worker.serve(socket, number)).catch(() => undefined)
  }
}
