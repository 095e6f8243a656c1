import type { Controller, World } from '../contracts.ts'
import { binder } from './binder.ts'
import { deployments } from './deployment.ts'
import { endpoints } from './endpoints.ts'
import { forgetEvents } from './events.ts'
import { garbageCollector } from './gc.ts'
import { run } from './loop.ts'
import { namespaces } from './namespace.ts'
import { nodes } from './nodes.ts'
import { volumeProtection } from './protection.ts'
import { localPath } from './provisioner.ts'
import { replicaSets } from './replicaset.ts'
import { scheduler } from './scheduler.ts'
import { serviceAccounts } from './serviceaccounts.ts'
import { statefulSets } from './statefulset.ts'
import { taintEviction } from './taint-eviction.ts'

const controllers: readonly Controller[] = [
  serviceAccounts,
  namespaces,
  nodes,
  deployments,
  replicaSets,
  statefulSets,
  scheduler,
  binder,
  localPath,
  volumeProtection,
  endpoints,
]

/** The controller manager, the scheduler and the volumes' provisioner. */
export function startControllers(world: World, signal: AbortSignal): void {
  const ends = [...controllers, garbageCollector(), taintEviction()].map((controller) => run(controller, world, signal))
  ends.push(forgetEvents(world))
  signal.addEventListener('abort', () => {
    for (const end of ends) end()
  })
}
