import type { Key } from '../contracts.ts'
import type { Pod } from '../kubernetes.ts'
import { notFound, Refusal } from '../refusal.ts'
import { remove } from '../store/deletion.ts'
import { rejectedStatus, rejectionOf } from './admission.ts'
import { Round } from './containers.ts'
import { leastFarewell } from './farewell.ts'
import { type Kubelet, messageOf, tell } from './kubelet.ts'
import { closeSandbox, lostSandbox, openSandbox } from './sandboxes.ts'
import { newState, type PodState, renewed } from './state.ts'
import { statusOf } from './status.ts'
import { stopAll } from './stop.ts'
import { Volumes } from './volumes.ts'
import { Wake } from './wake.ts'

/** Leads one Pod's life, one step after the other: pkg/kubelet/pod_workers.go. */
export class PodWorker {
  readonly state: PodState
  readonly #kubelet: Kubelet
  readonly #key: Key
  readonly #volumes: Volumes
  readonly #wake = new Wake()
  /** Interrupts a step that only makes sense for a Pod that stays. */
  readonly #leaving = new AbortController()
  /** Its object is gone from the store, unasked. */
  #lost = false
  /** It has ended by itself, and is kept for its logs. */
  #done = false
  /** It waits for an object that is not there. */
  #hungry = false
  #mountPause = 0
  #ownWrite = false

  constructor(kubelet: Kubelet, pod: Pod) {
    this.#kubelet = kubelet
    this.state = newState(pod)
    this.state.changed = this.#wake.next
    const { namespace = '', name } = pod.metadata
    this.#key = { kind: 'pods', namespace, name }
    this.#volumes = new Volumes(kubelet)
    const { phase } = pod.status ?? {}
    this.#done = phase === 'Succeeded' || phase === 'Failed'
  }

  /** Until the Pod is gone. */
  async run(): Promise<void> {
    const { clock } = this.#kubelet.world
    for (;;) {
      const leaves = this.#leaves
      let again: number | undefined
      try {
        if (leaves) return await this.#leave()
        again = this.#done ? undefined : await this.#step()
      } catch (error) {
        if (!leaves && this.#leaves) continue
        if (!(error instanceof Refusal)) this.#tellFault(error)
        again = afterFault
      }
      await this.#wake.wait(clock, again)
    }
  }

  /** The store has it anew; undefined: no more. */
  updated(pod: Pod | undefined): void {
    if (pod === undefined) this.#lost = true
    else renewed(this.state, pod)
    if (this.#leaves) this.#leaving.abort()
    if (this.#ownWrite) this.#ownWrite = false
    else this.#retry()
  }

  /** An object has changed that it may be waiting for. */
  fed(): void {
    if (this.#hungry) this.#retry()
  }

  /** Looks at its ConfigMaps and Secrets again. */
  refresh(): void {
    if (this.#volumes.refreshed && !this.#done) this.#poke()
  }

  /** The node went down and is back: nothing runs, nothing is mounted. */
  rebooted(): void {
    const { state } = this
    const wasOpen = state.open
    this.#volumes.forget()
    lostSandbox(state)
    if (wasOpen && state.pod.spec?.restartPolicy !== 'Never')
      this.#tell('Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.')
    this.#poke()
  }

  get #leaves(): boolean {
    return this.#lost || this.state.pod.metadata.deletionTimestamp !== undefined
  }

  readonly #poke = () => {
    this.#wake.call()
    this.state.changed = this.#wake.next
  }

  #retry(): void {
    for (const known of this.state.containers)
      if (known.state?.type === 'waiting' && known.state.reason === 'CreateContainerConfigError') known.retryAt = 0
    this.#poke()
  }

  /** Towards what its spec asks for; milliseconds until the next look. */
  async #step(): Promise<number | undefined> {
    const { state } = this
    const signal = this.#leaving.signal
    if (this.#isRejected()) return undefined
    this.#report()
    const deadline = this.#deadline()
    if (deadline !== undefined && deadline <= 0) return this.#finish(this.#tooLong())

    if (!(await this.#volumes.mount(state.pod, state.ip))) {
      this.#hungry = true
      this.#mountPause = Math.min(this.#mountPause === 0 ? 500 : this.#mountPause * 2, longestMountPause)
      return this.#mountPause
    }
    this.#mountPause = 0
    signal.throwIfAborted()
    if (!state.open) await openSandbox(this.#kubelet, state)
    const round = new Round(this.#kubelet, state, this.#poke, signal)
    const next = await round.go()
    if (next.type === 'over') return this.#finish(state.over)
    // What ends at once was never seen running: the real kubelet only looks once a second.
    if (round.started) await Promise.race([state.changed, this.#kubelet.world.clock.sleep(glance, signal)])
    this.#report()
    this.#hungry = state.containers.some(({ state: each }) => each?.type === 'waiting')
    return deadline === undefined ? next.again : Math.min(next.again ?? Infinity, deadline)
  }

  /** Looked at once, before it is begun. */
  #isRejected(): boolean {
    const { pod } = this.state
    if (pod.status?.startTime !== undefined) return false
    const { store, clock } = this.#kubelet.world
    const rejection = rejectionOf(store, pod)
    if (rejection === undefined) return false
    this.#tell('Warning', rejection.reason, rejection.message)
    this.#report(rejectedStatus(pod, rejection, clock.now()))
    this.#done = true
    return true
  }

  /** Milliseconds left to it; undefined: as many as it wants. */
  #deadline(): number | undefined {
    const { spec, status } = this.state.pod
    if (spec?.activeDeadlineSeconds === undefined || status?.startTime === undefined) return undefined
    return Date.parse(status.startTime) + spec.activeDeadlineSeconds * 1000 - this.#kubelet.world.clock.now()
  }

  #tooLong(): PodState['over'] {
    const message = 'Pod was active on the node longer than the specified deadline'
    this.#tell('Normal', 'DeadlineExceeded', message)
    return { reason: 'DeadlineExceeded', message }
  }

  /** It ends, and its object stays. */
  async #finish(over: PodState['over']): Promise<undefined> {
    const { state } = this
    Object.assign(state, { over })
    this.#report()
    await stopAll(this.#kubelet, state, () => this.#grace())
    await closeSandbox(this.#kubelet, state)
    // Of a Pod that is over, the newest containers are kept only.
    for (const known of state.containers) if (known.state?.type === 'terminated') known.last = undefined
    this.#report()
    this.#done = true
  }

  /** It is deleted: ends what runs, tells of it, and lets the object go. */
  async #leave(): Promise<void> {
    const { state } = this
    const { store, clock } = this.#kubelet.world
    const since = clock.now()
    state.ending = true
    for (const known of state.containers)
      if (known.state?.type === 'waiting' && known.last !== undefined)
        Object.assign(known, { state: { type: 'terminated', ended: known.last }, last: undefined })
    this.#report()
    await stopAll(this.#kubelet, state, () => this.#grace())
    await closeSandbox(this.#kubelet, state)
    this.#report()
    await this.#forget()
    if (!this.#lost) await clock.sleep(Math.max(0, since + leastFarewell(state.pod, store) - clock.now()))
    try {
      if (!this.#lost) remove(store, this.#key, { gracePeriodSeconds: 0, uid: state.pod.metadata.uid }, clock)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
    }
  }

  #grace(): number {
    if (this.#lost) return 1
    const { metadata, spec } = this.state.pod
    return metadata.deletionGracePeriodSeconds ?? spec?.terminationGracePeriodSeconds ?? 30
  }

  async #forget(): Promise<void> {
    const { runtime, images, crashes } = this.#kubelet
    const { pod, containers } = this.state
    for (const { id, previous } of containers)
      for (const each of [id, previous]) if (each !== undefined) await runtime.remove(each)
    await this.#volumes.remove(pod)
    images.forget(pod)
    crashes.forget(pod.metadata.uid)
  }

  /** Writes its status, where that has changed. */
  #report(status = statusOf(this.state, this.#kubelet.world.clock.now())): void {
    if (this.#lost) return
    const { store } = this.#kubelet.world
    const { uid } = this.state.pod.metadata
    this.#ownWrite = true
    try {
      store.write<Pod>(
        this.#key,
        (old) => {
          if (old === undefined) throw notFound({ resource: 'pods', name: this.#key.name })
          return { ...old, status }
        },
        { uid },
      )
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
    } finally {
      this.#ownWrite = false
    }
  }

  #tellFault(error: unknown): void {
    this.#tell('Warning', 'FailedSync', `error determining status: ${messageOf(error)}`)
  }

  #tell(type: 'Normal' | 'Warning', reason: string, message: string): void {
    tell(this.#kubelet, this.state.pod, { type, reason, message })
  }
}

const afterFault = 10_000
const glance = 50
const longestMountPause = 122_000
