import { CannotStart } from './failures.ts'
import { formatPod, type Kubelet, tell } from './kubelet.ts'
import { start } from './start.ts'
import { type Container, endOf, isRunning, type Known, type PodState, specOf } from './state.ts'
import { stop } from './stop.ts'

/** What a look at a Pod's containers came to. */
export type Next =
  /** All that should run does; or something is waited for, `again` at the latest. */
  | { readonly type: 'waiting'; readonly again: number | undefined }
  /** Nothing of it will be started any more. */
  | { readonly type: 'over' }

/** One round over a Pod's containers: what should run is started, what should not is stopped. pkg/kubelet/kuberuntime, computePodActions. */
export class Round {
  readonly #kubelet: Kubelet
  readonly #state: PodState
  readonly #changed: () => void
  readonly #signal: AbortSignal
  #again: number | undefined
  /** Something was started in it. */
  started = false

  constructor(kubelet: Kubelet, state: PodState, changed: () => void, signal: AbortSignal) {
    this.#kubelet = kubelet
    this.#state = state
    this.#changed = changed
    this.#signal = signal
  }

  async go(): Promise<Next> {
    for (const known of this.#state.containers) await this.#renew(known)
    // Whatever the others are at; once.
    for (const known of this.#of('ephemeral')) if (known.made === 0) await this.#begin(known)
    if (!this.#state.initialized) {
      const begun = await this.#initialize()
      if (begun !== true) return begun
      this.#state.initialized = true
    }
    const mains = this.#of('main')
    if (mains.every((known) => !isRunning(known) && !this.#wanted(known))) return { type: 'over' }
    for (const known of this.#of('sidecar')) if (!isRunning(known)) await this.#begin(known)
    for (const known of mains) if (!isRunning(known) && this.#wanted(known)) await this.#begin(known)
    return this.#waiting()
  }

  #of(role: Known['role']): readonly Known[] {
    return this.#state.containers.filter((each) => each.role === role)
  }

  #waiting(): Next {
    return { type: 'waiting', again: this.#again }
  }

  /** In their order: an init container to its end, a sidecar until it has started. */
  async #initialize(): Promise<true | Next> {
    for (const known of this.#state.containers) {
      if (known.role === 'main' || known.role === 'ephemeral') continue
      const ended = endOf(known)
      if (known.role === 'init' && known.state?.type === 'terminated' && ended?.exitCode === 0) continue
      if (known.role === 'init' && ended !== undefined && this.#policy === 'Never') return { type: 'over' }
      if (!isRunning(known)) {
        await this.#begin(known)
        // That it runs is told before anything else starts.
        if (isRunning(known)) this.#changed()
        return this.#waiting()
      }
      if (known.role === 'init' || !known.started) return this.#waiting()
    }
    return true
  }

  get #policy(): string {
    return this.#state.pod.spec?.restartPolicy ?? 'Always'
  }

  /** One that does not run: is it to be started, for the first time or again? */
  #wanted(known: Known): boolean {
    const ended = endOf(known)
    if (ended === undefined || this.#policy === 'Always') return true
    return this.#policy === 'OnFailure' && ended.exitCode !== 0
  }

  /** Ends one that its probes gave up, or whose image is another one now; it is started again at once. */
  async #renew(known: Known): Promise<void> {
    if (!isRunning(known)) return
    const spec = specOf(this.#state, known.name)
    const another = spec?.image !== known.specImage
    if (known.unhealthy === undefined && !another) return
    const { terminationGracePeriodSeconds: usual = 30 } = this.#state.pod.spec ?? {}
    const { why = `Container ${known.name} definition changed, will be restarted`, grace = usual } =
      known.unhealthy ?? {}
    const before = known.last
    await stop(this.#kubelet, this.#state, known, { why, grace: () => grace })
    // Upstream decides about its back-off by the end before this one.
    if (this.#wanted(known) && spec !== undefined && !this.#crashing(known, before?.finishedAt))
      await this.#start(known, spec)
  }

  async #begin(known: Known): Promise<void> {
    this.#signal.throwIfAborted()
    const { clock } = this.#kubelet.world
    const spec = specOf(this.#state, known.name)
    if (spec === undefined) return
    const pause = known.retryAt - clock.now()
    if (pause > 0) return this.#lookAgain(pause)
    if (this.#crashing(known, endOf(known)?.finishedAt)) return
    await this.#start(known, spec)
  }

  /** Whether it has to wait because it ended too often; `since`: its last end. */
  #crashing(known: Known, since: number | undefined): boolean {
    if (since === undefined) return false
    const { crashes, world } = this.#kubelet
    const { pod } = this.#state
    const now = world.clock.now()
    const key = `${pod.metadata.uid}/${known.name}`
    const left = crashes.left(key, since, now)
    if (left === 0) {
      crashes.next(key, since, now)
      return false
    }
    this.#lookAgain(left)
    const about = `container=${known.name} pod=${formatPod(pod)}`
    const message = `back-off ${duration(crashes.delay(key))} restarting failed ${about}`
    if (known.state?.type === 'waiting' && known.state.message === message) return true
    this.#waits(known, 'CrashLoopBackOff', message)
    tell(this.#kubelet, pod, {
      type: 'Warning',
      reason: 'BackOff',
      message: `Back-off restarting failed container ${known.name} in pod ${formatPod(pod)}`,
      container: known.name,
    })
    return true
  }

  async #start(known: Known, spec: Container): Promise<void> {
    try {
      this.started = true
      await start(this.#kubelet, this.#state, known, spec, this.#changed, this.#signal)
    } catch (error) {
      this.#signal.throwIfAborted()
      if (!(error instanceof CannotStart)) throw error
      const { reason, message, again = usualPause } = error
      this.#waits(known, reason, message)
      this.#settle(known, reason)
      if (reason !== 'PostStartHookError') this.#tellFailure(known, pulling.has(reason) ? reason : message)
      const crashed = reason === 'RunContainerError' || reason === 'PostStartHookError'
      known.retryAt = crashed ? 0 : this.#kubelet.world.clock.now() + again
      this.#lookAgain(crashed ? shownAtLeast : again)
    }
  }

  #waits(known: Known, reason: string, message: string): void {
    if (known.state?.type === 'terminated') known.last = known.state.ended
    known.state = { type: 'waiting', reason, message }
  }

  /** What could not run and is not tried again has ended. */
  #settle(known: Known, reason: string): void {
    if (reason !== 'RunContainerError' || known.last === undefined || this.#wanted(known)) return
    known.state = { type: 'terminated', ended: known.last }
    known.last = undefined
  }

  #tellFailure({ name }: Known, why: string): void {
    tell(this.#kubelet, this.#state.pod, {
      type: 'Warning',
      reason: 'Failed',
      message: `Error: ${why}`,
      container: name,
    })
  }

  #lookAgain(milliseconds: number): void {
    this.#again = Math.min(this.#again ?? Infinity, milliseconds)
  }
}

/** Events about these name the reason only. */
const pulling = new Set(['ErrImagePull', 'ImagePullBackOff', 'ErrImageNeverPull', 'InvalidImageName'])

/** The kubelet's pause after a container could not be made. */
const usualPause = 10_000
/** How soon the next round follows a container that could not be started. */
const shownAtLeast = 1_000

/** As Go prints a duration of whole seconds: 10s, 1m20s, 5m0s. */
function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`
}
