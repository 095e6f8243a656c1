import { randomBytes } from 'node:crypto'
import type { Clock } from '../clock.ts'
import {
  type Connection,
  type ContainerExit,
  type ContainerSpec,
  type ExecQuery,
  type Id,
  type Line,
  type NetworkTable,
  type PodSandbox,
  type Runtime,
  type Session,
  type Signal,
  StartError,
  type VolumeSource,
} from '../contracts.ts'
import type { Image } from '../programs/image.ts'
import { type Pod, RunningContainer } from './container.ts'
import { connect } from './connection.ts'
import type { Disk } from './fs/disk.ts'
import { Quota } from './fs/quota.ts'
import { makeVolume, type Volume } from './fs/volumes.ts'
import { PidNamespace } from './kernel/namespace.ts'
import { Scheduler } from './kernel/scheduler.ts'
import { Network } from './net/network.ts'
import { openPause } from './pause.ts'
import { watchMemory } from './pressure.ts'
import { Queue } from './queue.ts'
import { attach, exec, refused } from './session.ts'
import { Errno } from './process.ts'

/** All files of all containers together, disks apart. */
const room = 256 << 20

export interface LocalOptions {
  readonly clock: Clock
  readonly disk: Disk
  readonly imageFor: (reference: string) => Image
  /** Bytes of buffers that all programs together may hold. */
  readonly buffers?: number
}

/** A node's containers, in this thread. */
export class LocalRuntime implements Runtime {
  readonly exits = new Queue<ContainerExit>()
  readonly #options: LocalOptions
  readonly #quota = new Quota(room)
  readonly #scheduler = new Scheduler()
  readonly #network: Network
  readonly #unwatch: () => void
  readonly #pods = new Map<Id, Pod & { readonly end: () => void }>()
  readonly #volumes = new Map<Id, Volume>()
  readonly #containers = new Map<Id, { readonly container: RunningContainer; readonly exited: Promise<number> }>()

  constructor(options: LocalOptions) {
    this.#options = options
    this.#network = new Network(options.clock)
    const running = () => [...this.#containers.values()].map(({ container }) => container)
    this.#unwatch = watchMemory(options.clock, options.buffers ?? 3 * room, running)
  }

  async openPod(sandbox: PodSandbox): Promise<void> {
    if (this.#pods.has(sandbox.pod)) return
    const network = this.#network.add(sandbox.ip)
    const pids = sandbox.shareProcessNamespace ? new PidNamespace() : undefined
    const shared = { clock: this.#options.clock, scheduler: this.#scheduler, quota: this.#quota, net: this.#network }
    const end = pids === undefined ? () => {} : openPause({ sandbox, network, pids }, shared)
    this.#pods.set(sandbox.pod, { sandbox, network, pids, end })
  }

  async closePod(id: Id): Promise<void> {
    const pod = this.#pods.get(id)
    if (pod === undefined) return
    for (const { container } of this.#containers.values()) if (container.spec.pod === id) container.kill()
    pod.end()
    this.#network.remove(pod.network)
    this.#pods.delete(id)
  }

  async volume(id: Id, source: VolumeSource): Promise<void> {
    const there = this.#volumes.get(id)
    if (there !== undefined) return there.update(source)
    const now = () => this.#options.clock.now()
    this.#volumes.set(id, makeVolume(source, { quota: this.#quota, disk: this.#options.disk, now }))
  }

  async removeVolume(id: Id): Promise<void> {
    this.#volumes.get(id)?.free()
    this.#volumes.delete(id)
  }

  async network(table: NetworkTable): Promise<void> {
    this.#network.table = table
  }

  async start(spec: ContainerSpec): Promise<Id> {
    const pod = this.#pods.get(spec.pod)
    if (pod === undefined) throw new StartError(128, `sandbox "${spec.pod}" not found`)
    const id = hexId()
    try {
      const container = new RunningContainer(spec, pod, {
        clock: this.#options.clock,
        quota: this.#quota,
        scheduler: this.#scheduler,
        image: this.#options.imageFor(spec.image),
        net: this.#network,
        volumeOf: (volume) => this.#volumes.get(volume),
      })
      const exit = container.start()
      this.#containers.set(id, { container, exited: exit.then(({ exitCode }) => exitCode) })
      void exit.then((ended) => this.exits.push({ id, ...ended }))
      return id
    } catch (error) {
      if (error instanceof Errno) throw new StartError(128, error.message)
      throw error
    }
  }

  async signal(id: Id, signal: Signal): Promise<void> {
    this.#containers.get(id)?.container.signal(signal)
  }

  async remove(id: Id): Promise<void> {
    const { container } = this.#containers.get(id) ?? {}
    this.#containers.delete(id)
    container?.kill()
    container?.free()
  }

  exec(id: Id, query: ExecQuery): Session {
    const known = this.#containers.get(id)
    return known === undefined ? refused(notFound(id)) : exec(known.container, query)
  }

  attach(id: Id): Session {
    const known = this.#containers.get(id)
    return known === undefined ? refused(notFound(id)) : attach(known.container, known.exited)
  }

  logs(id: Id, { follow, signal }: { readonly follow: boolean; readonly signal: AbortSignal }): AsyncIterable<Line> {
    const known = this.#containers.get(id)
    if (known === undefined) throw notFound(id)
    return known.container.log.read(follow, signal)
  }

  async connect(ip: string, port: number, inside?: Id): Promise<Connection> {
    const pod = inside === undefined ? undefined : this.#pods.get(inside)
    return connect(this.#network, pod?.network, ip, port)
  }

  onReboot(): void {}

  async close(): Promise<void> {
    this.#unwatch()
    for (const id of this.#pods.keys()) await this.closePod(id)
    this.exits.end()
  }
}

const notFound = (id: Id): StartError => new StartError(128, `container "${id}" not found`)

const hexId = (): Id => randomBytes(32).toString('hex')
