import type { V1Volume } from '@kubernetes/client-node'
import type { Id, VolumeFile, VolumeSource } from '../contracts.ts'
import type { PersistentVolume, PersistentVolumeClaim, Pod, Wire } from '../kubernetes.ts'
import { CannotMount } from './failures.ts'
import { quantity } from './fields.ts'
import { filesOf } from './files.ts'
import { type Kubelet, messageOf, tell } from './kubelet.ts'

type Volume = Wire<V1Volume>

export const volumeId = ({ metadata: { uid } }: Pod, name: string): Id => `${uid}/${name}`

/** The volumes of one Pod. */
export class Volumes {
  readonly #kubelet: Kubelet
  /** What the runtime has; for files, the contents it was given last. */
  readonly #mounted = new Map<string, readonly VolumeFile[] | undefined>()

  constructor(kubelet: Kubelet) {
    this.#kubelet = kubelet
  }

  /** Mounts what is not mounted, and brings files up to date. false: some could not be, which the Pod's events tell. */
  async mount(pod: Pod, ip: string | undefined): Promise<boolean> {
    let complete = true
    for (const volume of pod.spec?.volumes ?? [])
      try {
        await this.#mountOne(pod, ip, volume)
      } catch (error) {
        // What was mounted once stays as it is until its source is back.
        complete &&= this.#mounted.has(volume.name)
        this.#failed(pod, volume.name, error)
      }
    return complete
  }

  /** Some of them are made of the API's objects, which change. */
  get refreshed(): boolean {
    return [...this.#mounted.values()].some((files) => files !== undefined)
  }

  async remove(pod: Pod): Promise<void> {
    for (const name of this.#mounted.keys()) await this.#kubelet.runtime.removeVolume(volumeId(pod, name))
    this.#mounted.clear()
  }

  /** The node came back empty. */
  forget(): void {
    this.#mounted.clear()
  }

  async #mountOne(pod: Pod, ip: string | undefined, volume: Volume): Promise<void> {
    const { world, runtime } = this.#kubelet
    const { name } = volume
    const files = filesOf(world.store, pod, ip, world.clock.now(), volume)
    const fsGroup = pod.spec?.securityContext?.fsGroup
    const owned = fsGroup === undefined ? {} : { fsGroup }
    if (files !== undefined) {
      const old = this.#mounted.get(name)
      if (old !== undefined && sameFiles(old, files)) return
      await runtime.volume(volumeId(pod, name), {
        type: 'files',
        files,
        memory: volume.configMap === undefined,
        ...owned,
      })
      this.#mounted.set(name, files)
      return
    }
    if (this.#mounted.has(name)) return
    const source = await this.#source(pod, volume, owned)
    await runtime.volume(volumeId(pod, name), source)
    this.#mounted.set(name, undefined)
  }

  async #source(pod: Pod, volume: Volume, owned: { readonly fsGroup?: number }): Promise<VolumeSource> {
    const { emptyDir, hostPath, persistentVolumeClaim } = volume
    if (hostPath !== undefined) return this.#disk(hostPath.path)
    if (persistentVolumeClaim !== undefined)
      return this.#disk(this.#pathOf(pod.metadata.namespace ?? '', persistentVolumeClaim.claimName))
    if (emptyDir === undefined) throw new CannotMount('no volume plugin matched: not modelled in the sandbox')
    const { medium, sizeLimit } = emptyDir
    const limit = sizeLimit === undefined ? 0 : quantity(sizeLimit)
    return { type: 'scratch', memory: medium === 'Memory', ...(limit > 0 ? { sizeLimit: limit } : {}), ...owned }
  }

  async #disk(path: string): Promise<VolumeSource> {
    await this.#kubelet.world.disks.make(path)
    return { type: 'disk', path }
  }

  #pathOf(namespace: string, name: string): string {
    const { store } = this.#kubelet.world
    const claim = store.get<PersistentVolumeClaim>({ kind: 'persistentvolumeclaims', namespace, name })
    if (claim === undefined) throw new CannotMount(`persistentvolumeclaim "${name}" not found`)
    const { volumeName } = claim.spec ?? {}
    if (!volumeName || claim.status?.phase !== 'Bound') throw new CannotMount('PVC is not bound')
    const volume = store.get<PersistentVolume>({ kind: 'persistentvolumes', namespace: '', name: volumeName })
    const path = volume?.spec?.hostPath?.path ?? volume?.spec?.local?.path
    if (path === undefined) throw new CannotMount(`persistentvolume "${volumeName}" not found`)
    return path
  }

  #failed(pod: Pod, volume: string, error: unknown): void {
    tell(this.#kubelet, pod, {
      type: 'Warning',
      reason: 'FailedMount',
      message: `MountVolume.SetUp failed for volume "${volume}" : ${messageOf(error)}`,
    })
  }
}

const sameFiles = (a: readonly VolumeFile[], b: readonly VolumeFile[]) =>
  a.length === b.length &&
  a.every(({ path, content, mode }, index) => {
    const other = b[index]
    return (
      other !== undefined && path === other.path && mode === other.mode && Buffer.compare(content, other.content) === 0
    )
  })
