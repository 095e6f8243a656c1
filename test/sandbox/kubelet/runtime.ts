import type {
  Connection,
  ContainerExit,
  ContainerSpec,
  ExecQuery,
  Id,
  Line,
  LogLines,
  NetworkTable,
  PodSandbox,
  Runtime,
  Session,
  Signal,
  VolumeSource,
} from '../../../sandbox/contracts.ts'
import { Queue } from '../../../sandbox/node/queue.ts'

export interface Running {
  readonly id: Id
  readonly spec: ContainerSpec
  readonly signals: Signal[]
  readonly log: Line[]
  ended: boolean
}

/** Containers without processes: tests end them by hand, and answer for what is run in them. */
export class FakeRuntime implements Runtime {
  readonly pods = new Map<Id, PodSandbox>()
  readonly volumes = new Map<Id, VolumeSource>()
  readonly containers: Running[] = []
  readonly exits = new Queue<ContainerExit>()
  readonly asked: string[][] = []
  table: NetworkTable | undefined
  /** What a container does when it is signalled: by default it ends. */
  onSignal: (container: Running, signal: Signal) => void = (container, signal) =>
    this.end(container.spec.name, signal === 'SIGKILL' ? 137 : 0)
  /** Exit code and output of a command. */
  answer: (argv: readonly string[]) => readonly [code: number, output: string] = () => [0, '']
  /** Throws what a container's start is refused with. */
  refuse: (spec: ContainerSpec) => void = () => {}
  open: (ip: string, port: number) => Connection = () => {
    throw new Error('connection refused')
  }
  readonly #reboots: (() => void)[] = []
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  /** The newest container of a name. */
  get(name: string): Running {
    const found = this.containers.findLast(({ spec }) => spec.name === name)
    if (found === undefined) throw new Error(`no container ${name} was started`)
    return found
  }

  end(name: string, exitCode = 0, message = ''): void {
    const container = this.get(name)
    if (container.ended) return
    container.ended = true
    const reason = exitCode === 0 ? 'Completed' : 'Error'
    void this.exits.push({ id: container.id, exitCode, signal: 0, reason, message, at: this.#now() })
  }

  print(name: string, text: string): void {
    this.get(name).log.push({ at: this.#now(), stream: 'stdout', data: Buffer.from(text) })
  }

  reboot(): void {
    this.pods.clear()
    this.volumes.clear()
    for (const each of this.containers) each.ended = true
    for (const listener of this.#reboots) listener()
  }

  async openPod(pod: PodSandbox): Promise<void> {
    this.pods.set(pod.pod, pod)
  }
  async closePod(pod: Id): Promise<void> {
    this.pods.delete(pod)
  }
  async volume(id: Id, source: VolumeSource): Promise<void> {
    this.volumes.set(id, source)
  }
  async removeVolume(id: Id): Promise<void> {
    this.volumes.delete(id)
  }
  async network(table: NetworkTable): Promise<void> {
    this.table = table
  }
  async start(spec: ContainerSpec): Promise<Id> {
    this.refuse(spec)
    const id = `id${this.containers.length}`
    this.containers.push({ id, spec, signals: [], log: [], ended: false })
    return id
  }
  async signal(id: Id, signal: Signal): Promise<void> {
    const container = this.containers.find((each) => each.id === id)
    if (container === undefined) return
    container.signals.push(signal)
    this.onSignal(container, signal)
  }
  async remove(): Promise<void> {}
  exec(_: Id, { argv }: ExecQuery): Session {
    this.asked.push([...argv])
    const [code, output] = this.answer(argv)
    return session(code, output)
  }
  attach(): Session {
    return session(0, '')
  }
  async *logs(id: Id, { tail = Infinity }: LogLines): AsyncIterable<readonly Line[]> {
    const lines = this.containers.find((each) => each.id === id)?.log ?? []
    yield lines.slice(Math.max(0, lines.length - tail))
  }
  async connect(ip: string, port: number): Promise<Connection> {
    return this.open(ip, port)
  }
  onReboot(listener: () => void): void {
    this.#reboots.push(listener)
  }
  async close(): Promise<void> {}
}

function session(code: number, output: string): Session {
  async function* chunks() {
    yield { stream: 'stdout' as const, data: Buffer.from(output) }
  }
  return {
    write: async () => {},
    resize: () => {},
    output: chunks(),
    exit: code < 0 ? new Promise(() => {}) : Promise.resolve(code),
    close: () => {},
  }
}

/** A connection that answers with a text and ends. */
export function says(text: string): Connection {
  async function* chunks() {
    yield Buffer.from(text)
  }
  return { write: async () => {}, output: chunks(), close: () => {} }
}
