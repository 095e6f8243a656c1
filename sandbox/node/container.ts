import type { Clock } from '../clock.ts'
import {
  type ContainerExit,
  type ContainerSpec,
  type Id,
  type PodSandbox,
  type Signal,
  StartError,
} from '../contracts.ts'
import type { Image } from '../programs/image.ts'
import { identityOf } from './accounts.ts'
import type { Credentials } from './fs/credentials.ts'
import { CharacterDevice, nowhere } from './fs/devices.ts'
import type { MemoryDirectory } from './fs/directory.ts'
import type { MemoryFile, Store } from './fs/memory.ts'
import { procSystem } from './fs/proc/index.ts'
import type { Quota } from './fs/quota.ts'
import { rootFor } from './fs/root.ts'
import type { Volume } from './fs/volumes.ts'
import { type Container, PidNamespace, type Status, type Task } from './kernel/task.ts'
import { type Description, outside } from './kernel/description.ts'
import { launch } from './kernel/launch.ts'
import { Outlet } from './kernel/outlet.ts'
import { Pipe, PipeReader, PipeWriter } from './kernel/pipe.ts'
import type { Scheduler } from './kernel/scheduler.ts'
import { TerminalDevice, TerminalFile } from './kernel/terminal.ts'
import { Log } from './log.ts'
import { mountAll, placeFor } from './mounting.ts'
import type { NetworkNamespace } from './net/namespace.ts'
import type { Network } from './net/network.ts'
import type { Program } from './process.ts'
import { notExecutable, startError } from './refused.ts'

export interface Pod {
  readonly sandbox: PodSandbox
  readonly network: NetworkNamespace
  /** Where its containers share their processes. */
  readonly pids: PidNamespace | undefined
}

export interface Surroundings {
  readonly clock: Clock
  readonly quota: Quota
  readonly scheduler: Scheduler
  readonly image: Pick<Image, 'files' | 'programs' | 'user' | 'workingDir'>
  readonly net: Network
  readonly volumeOf: (id: Id) => Volume | undefined
}

/** As much of a termination log as the kubelet reads: kuberuntime's MaxContainerTerminationMessageLength. */
const longestMessage = 4096

/** A container from its start on. */
export class RunningContainer {
  readonly spec: ContainerSpec
  readonly log: Log
  readonly kernel: Container
  readonly env: ReadonlyMap<string, string>
  readonly cwd: string
  readonly credentials: Credentials
  readonly #input: PipeWriter | undefined
  readonly terminal: TerminalDevice | undefined
  #inputEnded = false
  #task: Task | undefined
  readonly #terminals: MemoryDirectory
  readonly #root: MemoryDirectory
  readonly #store: Store
  readonly #terminationLog: MemoryFile

  constructor(spec: ContainerSpec, pod: Pod, { clock, quota, scheduler, image, net, volumeOf }: Surroundings) {
    this.spec = spec
    this.log = new Log(clock)
    const { mounts, store, terminals, root } = rootFor({
      image,
      readOnly: spec.readOnlyRoot,
      quota,
      now: () => clock.now(),
    })
    this.#terminals = terminals
    this.#root = root
    this.#store = store
    const { credentials, home } = identityOf(mounts, {
      user: spec.user,
      group: spec.group,
      groups: spec.groups,
      imageUser: image.user,
    })
    this.credentials = credentials
    this.env = new Map([...Object.entries(spec.env), ...('HOME' in spec.env ? [] : [['HOME', home] as const])])
    this.kernel = {
      tasks: new Set(),
      calls: 0,
      mounts,
      pids: pod.pids ?? new PidNamespace(),
      network: pod.network,
      net,
      hostname: pod.sandbox.hostname,
      clock,
      scheduler,
    }
    mounts.mount({ path: '/proc', ...procSystem(this.kernel) })
    this.#terminationLog = mountAll(mounts, store, pod.sandbox, spec, volumeOf)
    this.cwd = placeFor(mounts, spec.workingDir ?? image.workingDir)
    if (spec.tty) this.terminal = this.openTerminal((data) => this.log.write('stdout', data))
    else if (spec.stdin) this.#input = new PipeWriter(new Pipe(clock.now()))
  }

  /** Starts its first process. Throws a StartError. */
  start(): Promise<Omit<ContainerExit, 'id'>> {
    this.#task = this.run(this.spec.argv, this.#streams(), this.terminal)
    return this.#ended(this.#task)
  }

  /** Another process in it. Throws a StartError. */
  run(argv: readonly string[], fds: readonly Description[], terminal: TerminalDevice | undefined): Task {
    if (this.#task?.status !== undefined) throw new StartError(128, 'cannot exec in a stopped container: unknown')
    const birth = { argv, env: this.env, cwd: this.cwd, credentials: this.credentials, fds, terminal }
    const env = terminal === undefined || this.env.has('TERM') ? this.env : new Map([...this.env, ['TERM', 'xterm']])
    try {
      return launch(this.kernel, { ...birth, env })
    } catch (error) {
      const [name = ''] = argv
      if (!notExecutable(error)) throw startError(name, error)
      return launch(this.kernel, { ...birth, argv: [name, 'exec format error'], program: unloadable })
    }
  }

  /** /dev/pts/N, of the lowest N that is free. */
  openTerminal(show: (data: Uint8Array) => Promise<void> | void): TerminalDevice {
    let number = 0
    while (this.#terminals.find(String(number)) !== undefined) number += 1
    const made = this.kernel.clock.now()
    const device = new TerminalDevice({ name: `/dev/pts/${number}`, made, show })
    const inode = new CharacterDevice(this.#store, [136, number], () => new TerminalFile(device), 0o620)
    inode.change({ uid: this.credentials.uid, gid: 5 })
    this.#terminals.put(String(number), inode)
    return device
  }

  closeTerminal(device: TerminalDevice): void {
    if (device.gone) return
    device.hangUp()
    this.#terminals.remove(device.name.slice('/dev/pts/'.length))
  }

  /** For its first process, by whoever has attached to it. null: end of input, which it stays from then on. */
  async type(data: Uint8Array | null): Promise<void> {
    if (data !== null) {
      this.terminal?.input(data)
      if (!this.#inputEnded) await this.#input?.write(data, outside).catch(() => {})
    } else if (!this.#inputEnded) {
      this.#inputEnded = true
      this.#input?.drop()
    }
  }

  /** To its first process. */
  signal(signal: Signal): void {
    this.#task?.deliver(signal, 'outside')
  }

  /** Everything in it ends at once. */
  kill(): void {
    for (const task of this.kernel.tasks) task.deliver('SIGKILL', 'outside')
  }

  killForMemory(): void {
    this.kernel.outOfMemory = true
    this.kill()
  }

  /** Its own file system, given back. */
  free(): void {
    this.#root.clear()
    for (const { root } of this.kernel.mounts.mounts) if (root.type === 'file') root.drop()
  }

  #streams(): readonly Description[] {
    if (this.terminal !== undefined) {
      const file = new TerminalFile(this.terminal)
      return [file, file, file]
    }
    const made = this.kernel.clock.now()
    const stdin = this.#input === undefined ? nowhere(made) : new PipeReader(this.#input.pipe)
    this.#input?.hold()
    const logged = (stream: 'stdout' | 'stderr') => new Outlet(made, (data) => this.log.write(stream, data))
    return [stdin, logged('stdout'), logged('stderr')]
  }

  async #ended(task: Task): Promise<Omit<ContainerExit, 'id'>> {
    const { code, signal }: Status = await task.exited
    // Where it was the first process of its own, the kernel has ended the others; else containerd does.
    this.kill()
    this.log.end()
    const { size } = this.#terminationLog.stat()
    const message = Buffer.from(
      this.#terminationLog.read(Math.max(0, size - longestMessage), longestMessage),
    ).toString()
    const at = this.kernel.clock.now()
    const reason = this.kernel.outOfMemory === true ? 'OOMKilled' : code === 0 ? 'Completed' : 'Error'
    return { exitCode: code, signal, reason, message, at }
  }
}

/** What runc's init says when execve refuses the file. */
const unloadable: Program = async ({ argv, fds }) => {
  await fds.get(2)?.write(Buffer.from(`exec ${argv.join(': ')}\n`))
  return 1
}
