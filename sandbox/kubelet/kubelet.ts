import type { Runtime, World } from '../contracts.ts'
import type { Obj, Pod } from '../kubernetes.ts'
import type { Addresses } from './addresses.ts'
import type { Backoff } from './backoff.ts'
import type { Exits } from './exits.ts'
import type { Images } from './images.ts'
import { nodeName } from './node.ts'
import { roleOf } from './state.ts'

/** What the parts of the kubelet share. */
export interface Kubelet {
  readonly world: World
  readonly runtime: Runtime
  readonly images: Images
  readonly addresses: Addresses
  readonly crashes: Backoff
  readonly exits: Exits
}

interface Event {
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
  /** The container that it is about. */
  readonly container?: string
}

export function tell({ world }: Pick<Kubelet, 'world'>, pod: Pod, { container, ...event }: Event): void {
  world.record(pod, {
    ...event,
    component: 'kubelet',
    host: nodeName,
    ...(container === undefined ? {} : { fieldPath: `spec.${lists[roleOf(pod, container)]}{${container}}` }),
  })
}

/** Where a Pod's spec has its containers. */
export const lists = {
  init: 'initContainers',
  sidecar: 'initContainers',
  main: 'containers',
  ephemeral: 'ephemeralContainers',
} as const

/** As the kubelet names a Pod in its messages. */
export const formatPod = ({ metadata: { name, namespace, uid } }: Obj) => `${name}_${namespace}(${uid})`

export const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
