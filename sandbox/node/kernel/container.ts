import type { Clock } from '../../clock.ts'
import type { NetworkNamespace } from '../net/namespace.ts'
import type { Network } from '../net/network.ts'
import type { MountNamespace } from '../fs/mounts.ts'
import type { PidNamespace } from './namespace.ts'
import type { Scheduler } from './scheduler.ts'
import type { Task } from './task.ts'

/** pids.max */
export const processLimit = 256

/** What the processes of one container share: its namespaces and its cgroup. */
export interface Container {
  readonly tasks: Set<Task>
  /** System calls since somebody last looked. */
  calls: number
  readonly mounts: MountNamespace
  readonly pids: PidNamespace
  readonly network: NetworkNamespace
  readonly net: Network
  readonly hostname: string
  readonly clock: Clock
  readonly scheduler: Scheduler
  /** The OOM killer has been here. */
  outOfMemory?: true
}
