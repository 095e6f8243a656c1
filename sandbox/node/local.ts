import { randomBytes } from 'node:crypto'
import type { Clock } from '../clock.ts'
import {
  type Connection,
  type ContainerExit,
  type ContainerSpec,
  type ExecQuery,
  type Id,
  type Line,
  type LogLines,
  type NetworkTable,
  type PodSandbox,
  type Session,
  type Signal,
  StartError,
  type VolumeSource,
} from '../contracts.ts'
import type { Image } from '../programs/image.ts'
import { type Pod, RunningContainer, type Surroundings } from './container.ts'
import { connect } from './connection.ts'
import type { Disk } from './fs/disk.ts'
import { Quota } from './fs/quota.ts'
import { makeVolume, type Volume } from './fs/volumes.ts'
import { PidNamespace } from './kernel/task.ts'
import { Scheduler } from './kernel/scheduler.ts'
import { Network } from './net/network.ts'
import { openPause } from './pause.ts'
import { watchMemory } from './pressure.ts'
import { Queue } from './queue.ts'
import { attach, exec } from './session.ts'
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
export class LocalRuntime {
  readonly exits = new Queue<ContainerExit>()
  readonly #options: LocalOptions
  readonly #quota = new Quota(room)
  readonly #network: Network
  readonly #shared: Omit<Surroundings, 'image' | 'volumeOf'>
  readonly #unwatch: () => void
  readonly #pods = new Map<Id, Pod & { readonly pause: RunningContainer | undefined }>()
  readonly #volumes = new Map<Id, Volume>()
  readonly #containers = new Map<Id, { readonly container: RunningContainer; readonly exited: Promise<number> }>()

  constructor(options: LocalOptions) {
    this.#options = options
    const { clock } = options
    this.#network = new Network(clock)
    this.#shared = { clock, quota: this.#quota, scheduler: new Scheduler(), net: this.#network }
    const running = () => [...this.#containers.values()].map(({ container }) => container)
    this.#unwatch = watchMemory(clock, options.buffers ?? 3 * room, running)
  }

  async openPod(sandbox: PodSandbox): Promise<void> {
    if (this.#pods.has(sandbox.pod)) return
    const network = this.#network.add(sandbox.ip)
    const pids = sandbox.shareProcessNamespace ? new PidNamespace() : undefined
    const pod: Pod = { sandbox, network, pids }
    const pause = pids === undefined ? undefined : openPause(pod, this.#shared)
    this.#pods.set(sandbox.pod, { ...pod, pause })
  }

  async closePod(id: Id): Promise<void> {
    const pod = this.#pods.get(id)
    if (pod === undefined) return
    for (const { container } of this.#containers.values()) if (container.spec.pod === id) container.kill()
    pod.pause?.kill()
    pod.pause?.free()
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
      const pids = spec.target === undefined ? pod.pids : this.#processesOf(spec.target, id)
      const surroundings = {
        ...this.#shared,
        image: this.#options.imageFor(spec.image),
        volumeOf: (volume: Id) => this.#volumes.get(volume),
      }
      const container = new RunningContainer(spec, { ...pod, pids }, surroundings)
      const exit = container.start()
      this.#containers.set(id, { container, exited: exit.then(({ exitCode }) => exitCode) })
      void exit.then((ended) => this.exits.push({ id, ...ended }))
      return id
    } catch (error) {
      if (error instanceof Errno) throw new StartError(128, error.message)
      throw error
    }
  }

  #processesOf(target: Id, id: Id): PidNamespace {
    const { pids } = this.#containers.get(target)?.container.kernel ?? {}
    if (pids?.init !== undefined) return pids
    const why = `invalid target container: container "${target}" is not running - in state CONTAINER_EXITED`
    throw new Error(`failed to generate container "${id}" spec: ${why}`)
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

  async exec(id: Id, query: ExecQuery): Promise<Session> {
    return exec(this.#known(id).container, query)
  }

  async attach(id: Id): Promise<Session> {
    const { container, exited } = this.#known(id)
    return attach(container, exited)
  }

  logs(id: Id, query: LogLines): AsyncIterable<readonly Line[]> {
    return this.#known(id).container.log.read(query)
  }

  async connect(ip: string, port: number, inside?: Id): Promise<Connection> {
    const pod = inside === undefined ? undefined : this.#pods.get(inside)
    return connect(this.#network, pod?.network, ip, port)
  }

  async close(): Promise<void> {
    this.#unwatch()
    for (const id of this.#pods.keys()) await this.closePod(id)
    this.exits.end()
  }

  #known(id: Id) {
    const known = this.#containers.get(id)
    if (known === undefined) throw new StartError(128, `container "${id}" not found`)
    return known
  }
}

const hexId = (): Id => randomBytes(32).toString('hex')
