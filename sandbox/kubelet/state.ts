import type { V1Container, V1EphemeralContainer } from '@kubernetes/client-node'
import type { Id, Signal } from '../contracts.ts'
import type { Pod, Wire } from '../kubernetes.ts'

export type Container = Wire<V1Container>
export type EphemeralContainer = Wire<V1EphemeralContainer>

/** An init container that stays is a sidecar: restartPolicy Always. */
export type Role = 'init' | 'sidecar' | 'main' | 'ephemeral'

/** How a container ended, as its status tells it. */
export interface Ended {
  readonly containerID: string
  readonly exitCode: number
  readonly reason: string
  readonly message: string
  readonly startedAt: number
  readonly finishedAt: number
}

export type State =
  | { readonly type: 'waiting'; readonly reason: string; readonly message?: string }
  | { readonly type: 'running'; readonly id: Id; readonly containerID: string; readonly startedAt: number }
  | { readonly type: 'terminated'; readonly ended: Ended }

/** What the kubelet knows of one container of one Pod. Written by that Pod's worker and its probes only. */
export interface Known {
  readonly name: string
  readonly role: Role
  /** undefined: nothing has been tried yet. */
  state: State | undefined
  /** How the one before ended. */
  last: Ended | undefined
  /** How often one was made. */
  made: number
  /** The runtime's names for the newest one and the one before: their logs. */
  id: Id | undefined
  previous: Id | undefined
  /** status.image and imageID, once it was pulled. */
  image: string | undefined
  imageID: string | undefined
  stopSignal: Signal
  /** The image as its spec named it when it was made: another one restarts it. */
  specImage: string | undefined
  /** Its startup probe has succeeded. */
  started: boolean
  ready: boolean
  /** Why a probe wants it killed, and the grace period that it gives. */
  unhealthy: { readonly why: string; readonly grace: number | undefined } | undefined
  /** Not to be tried again before: milliseconds since 1970. */
  retryAt: number
  /** Resolves when the running one has ended. */
  exited: Promise<void>
}

/** What the kubelet knows of one Pod. */
export interface PodState {
  /** As the store has it now. */
  pod: Pod
  containers: readonly Known[]
  /** Its sandbox is open: it has an address and a network. */
  ip: string | undefined
  open: boolean
  /** All its regular init containers have ended well. */
  initialized: boolean
  /** Nothing of it will be started again, whatever its restartPolicy says. */
  ending: boolean
  /** Resolves at the next change of the Pod, or of what is known of it. */
  changed: Promise<void>
  /** Why it was ended before its time. */
  over: { readonly reason: string; readonly message: string } | undefined
}

export function roleOf(pod: Pod, name: string): Role {
  const isNamed = (each: { readonly name: string }) => each.name === name
  if (pod.spec?.ephemeralContainers?.some(isNamed) === true) return 'ephemeral'
  const init = pod.spec?.initContainers?.find(isNamed)
  if (init === undefined) return 'main'
  return init.restartPolicy === 'Always' ? 'sidecar' : 'init'
}

/** In the order in which they start. */
export const containersOf = (pod: Pod): readonly Container[] => [
  ...(pod.spec?.initContainers ?? []),
  ...(pod.spec?.containers ?? []),
  ...(pod.spec?.ephemeralContainers ?? []),
]

/** With the ephemeral containers that it has got since. */
export function renewed(state: PodState, pod: Pod): void {
  state.pod = pod
  const added = containersOf(pod).slice(state.containers.length)
  if (added.length > 0)
    state.containers = [...state.containers, ...added.map(({ name }) => newKnown(name, 'ephemeral'))]
}

export function newState(pod: Pod): PodState {
  return {
    pod,
    containers: containersOf(pod).map(({ name }) => newKnown(name, roleOf(pod, name))),
    ip: undefined,
    open: false,
    initialized: (pod.spec?.initContainers ?? []).length === 0,
    ending: false,
    changed: Promise.resolve(),
    over: undefined,
  }
}

function newKnown(name: string, role: Role): Known {
  return {
    name,
    role,
    state: undefined,
    last: undefined,
    made: 0,
    id: undefined,
    previous: undefined,
    image: undefined,
    imageID: undefined,
    stopSignal: 'SIGTERM',
    specImage: undefined,
    started: false,
    ready: false,
    unhealthy: undefined,
    retryAt: 0,
    exited: Promise.resolve(),
  }
}

export const isRunning = (known: Known): known is Known & { state: { type: 'running' } } =>
  known.state?.type === 'running'

/** How its newest one ended, also while it waits to be started again. */
export function endOf({ state, last }: Known): Ended | undefined {
  if (state?.type === 'terminated') return state.ended
  return state?.type === 'waiting' ? last : undefined
}

export const specOf = ({ pod }: Pick<PodState, 'pod'>, name: string): Container | undefined =>
  containersOf(pod).find((each) => each.name === name)
