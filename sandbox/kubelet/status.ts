import type { Pod } from '../kubernetes.ts'
import { timestamp } from '../store/time.ts'
import { conditionsOf } from './conditions.ts'
import { nodeAddress } from './node.ts'
import { phaseOf } from './phase.ts'
import { type Container, type Ended, isRunning, type Known, type PodState, specOf, type State } from './state.ts'

type PodStatus = NonNullable<Pod['status']>
type ContainerStatus = NonNullable<PodStatus['containerStatuses']>[number]

/** A Pod's status from what is known of it: pkg/kubelet/kubelet_pods.go, generateAPIPodStatus. */
export function statusOf(state: PodState, now: number): PodStatus {
  const { pod, containers } = state
  const phase = phaseOf(state)
  const old = pod.status
  const over = phase === 'Succeeded' || phase === 'Failed'
  const { generation } = pod.metadata
  const address = pod.spec?.hostNetwork === true ? nodeAddress : (state.ip ?? old?.podIP)
  const statuses = (...roles: Known['role'][]) =>
    containers.filter(({ role }) => roles.includes(role)).map((each) => containerStatus(state, each))
  const inits = statuses('init', 'sidecar')
  // All but init containers are told of in the order of their names.
  const [main = [], ephemeral = []] = (['main', 'ephemeral'] as const).map((role) =>
    statuses(role).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  )
  return {
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    // Its phase tells of the end only when all of it has ended.
    phase: over && state.open ? (old?.phase ?? 'Pending') : phase,
    ...state.over,
    conditions: conditionsOf(state, phase, now),
    hostIP: nodeAddress,
    hostIPs: [{ ip: nodeAddress }],
    ...(address === undefined ? {} : { podIP: address, podIPs: [{ ip: address }] }),
    startTime: old?.startTime ?? timestamp(now),
    ...(old?.qosClass === undefined ? {} : { qosClass: old.qosClass }),
    ...(inits.length === 0 ? {} : { initContainerStatuses: inits }),
    containerStatuses: main,
    ...(ephemeral.length === 0 ? {} : { ephemeralContainerStatuses: ephemeral }),
  }
}

function containerStatus(pod: PodState, known: Known): ContainerStatus {
  const { name, role, state, last, made, image, imageID } = known
  const spec = specOf(pod, name)
  const waiting: State = {
    type: 'waiting',
    reason: (pod.pod.spec?.initContainers ?? []).length > 0 ? 'PodInitializing' : 'ContainerCreating',
  }
  const running = isRunning(known)
  const ended = state?.type === 'terminated' ? state.ended : undefined
  const containerID = state?.type === 'running' ? state.containerID : (ended ?? last)?.containerID
  return {
    name,
    state: stateOf(state ?? waiting),
    lastState: last === undefined ? {} : { terminated: endedAs(last) },
    ready: role === 'init' ? ended?.exitCode === 0 : role !== 'ephemeral' && running && known.ready,
    restartCount: Math.max(0, made - 1),
    image: image ?? spec?.image ?? '',
    imageID: imageID ?? '',
    ...(containerID === undefined ? {} : { containerID }),
    ...(role === 'ephemeral' ? {} : { started: running && known.started }),
    ...resourcesOf(spec, made > 0),
    ...mountsOf(spec),
  }
}

function stateOf(state: State): NonNullable<ContainerStatus['state']> {
  switch (state.type) {
    case 'waiting': {
      const { reason, message } = state
      return { waiting: { reason, ...(message === undefined ? {} : { message }) } }
    }
    case 'running':
      return { running: { startedAt: timestamp(state.startedAt) } }
    case 'terminated':
      return { terminated: endedAs(state.ended) }
  }
}

const endedAs = ({ containerID, exitCode, reason, message, startedAt, finishedAt }: Ended) => ({
  exitCode,
  reason,
  ...(message === '' ? {} : { message }),
  startedAt: timestamp(startedAt),
  finishedAt: timestamp(finishedAt),
  containerID,
})

function resourcesOf(spec: Container | undefined, made: boolean) {
  const resources = spec?.resources
  if (!made || resources === undefined) return {}
  return {
    ...(resources.requests === undefined ? {} : { allocatedResources: resources.requests }),
    resources,
  }
}

/** recursiveReadOnly is told of what is read-only. */
function mountsOf(spec: Container | undefined) {
  const mounts = (spec?.volumeMounts ?? []).map(({ name, mountPath, readOnly }) => ({
    name,
    mountPath,
    ...(readOnly === true ? { readOnly, recursiveReadOnly: 'Disabled' } : {}),
  }))
  return mounts.length === 0 ? {} : { volumeMounts: mounts }
}
