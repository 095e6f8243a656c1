import { runHook } from './hooks.ts'
import { type Kubelet, tell } from './kubelet.ts'
import { isRunning, type Known, type PodState, specOf } from './state.ts'
import { within } from './time-limit.ts'

interface Stop {
  /** The Killing event's words; those of an ordinary end by default. */
  readonly why?: string | undefined
  /** Seconds; asked again whenever the Pod has changed: a second delete may shorten it. */
  readonly grace: () => number
  /** Before it resolves, the container is not signalled: sidecars go last. */
  readonly turn?: Promise<unknown>
}

/** Below this no container is killed unasked: minimumGracePeriodInSeconds. */
const least = 2

/** Ends a running container: hook, signal, patience, SIGKILL. pkg/kubelet/kuberuntime/kuberuntime_container.go, killContainer. */
export async function stop(kubelet: Kubelet, state: PodState, known: Known, { why, grace, turn }: Stop): Promise<void> {
  if (!isRunning(known)) return
  const { runtime, world } = kubelet
  const { clock } = world
  const { name } = known
  const { id } = known.state
  const since = clock.now()
  const left = () => since + grace() * 1000 - clock.now()
  const say = (type: 'Normal' | 'Warning', reason: string, message: string) =>
    tell(kubelet, state.pod, { type, reason, message, container: name })

  say('Normal', 'Killing', why ?? `Stopping container ${name}`)
  const hook = specOf(state, name)?.lifecycle?.preStop
  if (hook !== undefined && left() > 0)
    try {
      await within(clock, left(), new AbortController().signal, (signal) =>
        Promise.race([runHook(kubelet, state.pod, name, id, state.ip ?? '', hook, signal), known.exited]),
      )
    } catch {
      say('Warning', 'FailedPreStopHook', 'PreStopHook failed')
    }
  if (turn !== undefined) await until([turn, known.exited], left, state, clock)
  if (!isRunning(known)) return

  await runtime.signal(id, known.stopSignal)
  const asked = clock.now()
  await until([known.exited], () => Math.max(left(), asked + least * 1000 - clock.now()), state, clock)
  if (!isRunning(known)) return
  await runtime.signal(id, 'SIGKILL')
  await known.exited
}

/** Ends whatever of a Pod runs: its main containers at once, then its sidecars, the last started first. */
export async function stopAll(kubelet: Kubelet, state: PodState, grace: () => number): Promise<void> {
  const stops: Promise<void>[] = []
  for (const known of state.containers.toReversed()) {
    const turn = known.role === 'sidecar' ? { turn: Promise.all(stops) } : {}
    stops.push(stop(kubelet, state, known, { grace, ...turn }))
  }
  await Promise.all(stops)
}

/** Until one of them has resolved or no time is left. */
async function until(
  events: readonly Promise<unknown>[],
  left: () => number,
  state: PodState,
  clock: Kubelet['world']['clock'],
): Promise<void> {
  const happened = Promise.race(events).then(() => true)
  for (let milliseconds = left(); milliseconds > 0; milliseconds = left()) {
    const changed = new AbortController()
    const pause = clock.sleep(milliseconds, changed.signal).catch(() => {})
    const over = await Promise.race([happened, state.changed, pause])
    changed.abort()
    if (over === true) return
  }
}
