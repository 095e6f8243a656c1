import type { V1Probe } from '@kubernetes/client-node'
import type { Wire } from '../kubernetes.ts'
import { type Kubelet, tell } from './kubelet.ts'
import { probeOnce } from './probe.ts'
import type { Container, Known, PodState } from './state.ts'

type Probe = Wire<V1Probe>
type ProbeKind = 'startup' | 'liveness' | 'readiness'

/**
 * A process needs a moment before the first question makes sense, and is up much sooner than a real one: in its first second it is asked often,
 * and a "no" does not count yet.
 */
const moment = 100
const firstSecond = 1_000

/** Asks a running container again and again, until the signal fires: pkg/kubelet/prober. */
export function startProbes(
  kubelet: Kubelet,
  state: PodState,
  known: Known,
  container: Container,
  changed: () => void,
  signal: AbortSignal,
): void {
  const { startupProbe, livenessProbe, readinessProbe } = container
  const started = deferred()
  const start = () => {
    known.started = true
    known.ready = readinessProbe === undefined
    started.resolve()
  }
  const kill = (kind: ProbeKind, probe: Probe) => {
    if (state.ending) return
    const why = `Container ${known.name} failed ${kind} probe, will be restarted`
    known.unhealthy = { why, grace: probe.terminationGracePeriodSeconds }
  }
  const ask = (
    kind: ProbeKind,
    probe: Probe | undefined,
    ready: Promise<void>,
    told: (well: boolean, probe: Probe) => boolean,
  ) => {
    if (probe === undefined) return
    void repeat(kubelet, { state, known, container, kind, probe, signal }, ready, (well) => {
      const goesOn = told(well, probe)
      changed()
      return goesOn
    }).catch(() => {})
  }

  if (startupProbe === undefined) start()
  ask('startup', startupProbe, Promise.resolve(), (well, probe) => {
    if (well) start()
    else kill('startup', probe)
    return false
  })
  ask('liveness', livenessProbe, started.promise, (well, probe) => {
    if (!well) kill('liveness', probe)
    return well
  })
  ask('readiness', readinessProbe, started.promise, (well) => {
    known.ready = well
    return true
  })
}

interface Asked {
  readonly state: PodState
  readonly known: Known
  readonly container: Container
  readonly kind: ProbeKind
  readonly probe: Probe
  readonly signal: AbortSignal
}

/** Tells of each change of mind, thresholds counted; ends when nobody wants to know more. */
async function repeat(
  kubelet: Kubelet,
  asked: Asked,
  started: Promise<void>,
  told: (well: boolean) => boolean,
): Promise<void> {
  const { state, known, container, kind, probe, signal } = asked
  const { clock } = kubelet.world
  const { initialDelaySeconds = 0, periodSeconds = 10, failureThreshold = 3, successThreshold = 1 } = probe
  await clock.sleep(Math.max(moment, initialDelaySeconds * 1000), signal)
  await started
  const untried = kind === 'liveness' ? 0 : clock.now() + firstSecond - moment
  let last: boolean | undefined
  let row = 0
  let verdict: boolean | undefined
  for (;;) {
    signal.throwIfAborted()
    const { well, why } = await probeOnce(kubelet, state, known, container, probe, signal)
    signal.throwIfAborted()
    if (well !== true && clock.now() < untried) {
      await clock.sleep(moment, signal)
      continue
    }
    if (well !== true) {
      const words = well === false ? `probe failed: ${why}` : `probe errored and resulted in unknown state: ${why}`
      const message = `${kind.replace(/^./, (first) => first.toUpperCase())} ${words}`
      tell(kubelet, state.pod, { type: 'Warning', reason: 'Unhealthy', message, container: known.name })
    }
    if (well !== undefined) {
      row = well === last ? row + 1 : 1
      last = well
      if (row >= (well ? successThreshold : failureThreshold) && well !== verdict) {
        verdict = well
        if (!told(well)) return
      }
    }
    await clock.sleep(periodSeconds * 1000, signal)
  }
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = () => {}
  const promise = new Promise<void>((done) => (resolve = done))
  return { promise, resolve }
}
