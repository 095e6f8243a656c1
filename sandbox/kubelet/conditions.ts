import type { Pod } from '../kubernetes.ts'
import { timestamp } from '../store/time.ts'
import type { Phase } from './phase.ts'
import { isRunning, type Known, type PodState } from './state.ts'

interface Verdict {
  readonly status: 'True' | 'False'
  readonly reason?: string
  readonly message?: string
}

type Condition = NonNullable<NonNullable<Pod['status']>['conditions']>[number]

const yes: Verdict = { status: 'True' }
const no = (reason: string, message?: string): Verdict => ({
  status: 'False',
  reason,
  ...(message === undefined ? {} : { message }),
})
const listed = (containers: readonly Known[]) => `[${containers.map(({ name }) => name).join(' ')}]`

/** pkg/kubelet/status/generate.go. The conditions that are not the kubelet's stay as they are. */
export function conditionsOf(state: PodState, phase: Phase, now: number): readonly Condition[] {
  const old = state.pod.status?.conditions ?? []
  const { generation } = state.pod.metadata
  const containersReady = readyContainers(state, phase)
  const verdicts: readonly (readonly [string, Verdict])[] = [
    ['PodReadyToStartContainers', state.open ? yes : { status: 'False' }],
    ['Initialized', initialized(state, phase)],
    ['Ready', ready(state, containersReady)],
    ['ContainersReady', containersReady],
    ['PodScheduled', yes],
  ]
  const own = verdicts.map(([type, verdict]): Condition => {
    const before = old.find((each) => each.type === type)
    const since = before?.status === verdict.status ? before.lastTransitionTime : undefined
    return {
      type,
      ...(generation === undefined ? {} : { observedGeneration: generation }),
      ...verdict,
      lastProbeTime: null as never,
      lastTransitionTime: since ?? timestamp(now),
    }
  })
  const foreign = old.filter(({ type }) => !verdicts.some(([ours]) => ours === type))
  return [...foreign, ...own]
}

function initialized({ pod, containers, initialized: done }: PodState, phase: Phase): Verdict {
  if (phase === 'Succeeded') return { ...yes, reason: 'PodCompleted' }
  if ((pod.spec?.initContainers ?? []).length === 0) return yes
  const incomplete = containers.filter(({ role, state, started }) => {
    if (role === 'main' || role === 'ephemeral') return false
    if (role === 'sidecar') return !(state?.type === 'running' && started)
    return !(state?.type === 'terminated' && state.ended.exitCode === 0)
  })
  if (done || incomplete.length === 0) return yes
  return no('ContainersNotInitialized', `containers with incomplete status: ${listed(incomplete)}`)
}

function readyContainers({ containers }: PodState, phase: Phase): Verdict {
  if (phase === 'Succeeded') return no('PodCompleted')
  if (phase === 'Failed') return no('PodFailed')
  const lasting = containers.filter(({ role }) => role === 'main' || role === 'sidecar')
  const unready = lasting.filter((each) => !(isRunning(each) && each.ready))
  return unready.length === 0 ? yes : no('ContainersNotReady', `containers with unready status: ${listed(unready)}`)
}

function ready({ pod }: PodState, containers: Verdict): Verdict {
  if (containers.status === 'False') return containers
  const missing = (pod.spec?.readinessGates ?? []).flatMap(({ conditionType }) => {
    const gate = pod.status?.conditions?.find(({ type }) => type === conditionType)
    if (gate === undefined) return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`]
    return gate.status === 'True'
      ? []
      : [`the status of pod readiness gate "${conditionType}" is not "True", but ${gate.status}`]
  })
  return missing.length === 0 ? yes : no('ReadinessGatesNotReady', missing.join(', '))
}
