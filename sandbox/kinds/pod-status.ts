import type { Pod } from '../kubernetes.ts'
import { age } from './time.ts'

type Status = NonNullable<Pod['status']>
type ContainerStatus = NonNullable<Status['containerStatuses']>[number]

/** What `kubectl get pods` says of a Pod. */
export interface Printed {
  readonly ready: string
  readonly status: string
  readonly restarts: string
}

interface Tally {
  readonly ready: number
  readonly restarts: number
  readonly last: string
}

const restartsOf = (statuses: readonly ContainerStatus[]): Tally => ({
  ready: statuses.filter(({ ready, state }) => ready && state?.running !== undefined).length,
  restarts: statuses.reduce((sum, { restartCount }) => sum + restartCount, 0),
  last: statuses.map(({ lastState }) => lastState?.terminated?.finishedAt ?? '').reduce((a, b) => (a > b ? a : b), ''),
})

const isTrue = ({ conditions = [] }: Status, wanted: string) =>
  conditions.some(({ type, status }) => type === wanted && status === 'True')

// k8s.io/kubernetes/pkg/printers/internalversion.printPod
export function printedPod({ metadata, spec, status = {} }: Pod, now: number): Printed {
  const sidecars = new Set(
    (spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name),
  )
  const inits = status.initContainerStatuses ?? []
  const initializing = initReason(inits, sidecars, spec?.initContainers?.length ?? 0)
  const started = initializing === undefined || isTrue(status, 'Initialized')
  const gated = (status.conditions ?? []).some(
    ({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated',
  )

  const containers = status.containerStatuses ?? []
  const own = restartsOf(started ? containers : [])
  const helpers = restartsOf(started ? inits.filter(({ name }) => sidecars.has(name)) : inits)
  const restarts = own.restarts + helpers.restarts
  const last = own.last > helpers.last ? own.last : helpers.last
  const readyHelpers = inits.filter(({ name, started: up, ready }) => sidecars.has(name) && up === true && ready).length

  const phase = status.phase ?? ''
  const before = gated ? 'SchedulingGated' : status.reason || phase
  const reason = started
    ? containersReason(containers, initializing ?? before, isTrue(status, 'Ready'))
    : (initializing ?? before)
  return {
    ready: `${own.ready + readyHelpers}/${(spec?.containers.length ?? 0) + sidecars.size}`,
    status: leaving(metadata.deletionTimestamp, status) ?? reason,
    restarts: restarts === 0 || last === '' ? String(restarts) : `${restarts} (${age(last, now)} ago)`,
  }
}

function leaving(deletionTimestamp: string | undefined, { reason, phase }: Status): string | undefined {
  if (deletionTimestamp === undefined) return undefined
  if (reason === 'NodeLost') return 'Unknown'
  return phase === 'Succeeded' || phase === 'Failed' ? undefined : 'Terminating'
}

/** Init:0/1 and the like, while it is at its init containers. */
function initReason(
  statuses: readonly ContainerStatus[],
  sidecars: ReadonlySet<string>,
  count: number,
): string | undefined {
  for (const [at, { name, state, started }] of statuses.entries()) {
    const { terminated, waiting } = state ?? {}
    if (terminated?.exitCode === 0 || (sidecars.has(name) && started === true)) continue
    if (terminated !== undefined) return `Init:${endOf(terminated)}`
    const why = waiting?.reason ?? ''
    return why !== '' && why !== 'PodInitializing' ? `Init:${why}` : `Init:${at}/${count}`
  }
  return undefined
}

const endOf = ({
  reason,
  signal,
  exitCode,
}: {
  readonly reason?: string
  readonly signal?: number
  readonly exitCode: number
}): string => reason || (signal === undefined || signal === 0 ? `ExitCode:${exitCode}` : `Signal:${signal}`)

// The first container that has something to say is heard last, and so is what counts.
function containersReason(statuses: readonly ContainerStatus[], before: string, isReady: boolean): string {
  let reason = before
  for (const { state } of statuses.toReversed()) {
    if (state?.waiting?.reason) reason = state.waiting.reason
    else if (state?.terminated !== undefined) reason = endOf(state.terminated)
  }
  const running = statuses.some(({ ready, state }) => ready && state?.running !== undefined)
  if (reason !== 'Completed' || !running) return reason
  return isReady ? 'Running' : 'NotReady'
}
