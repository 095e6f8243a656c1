import type { Controller, World } from '../contracts.ts'
import { run } from './loop.ts'
import { namespaces } from './namespace.ts'
import { scheduler } from './scheduler.ts'
import { serviceAccounts } from './serviceaccounts.ts'
import { binder } from './binder.ts'
import { garbageCollector } from './gc.ts'
import { volumeProtection } from './protection.ts'
import { localPath } from './provisioner.ts'

const controllers: readonly Controller[] = [serviceAccounts, scheduler, namespaces, binder, localPath, volumeProtection]

export function startControllers(world: World, signal: AbortSignal): void {
  for (const controller of [...controllers, garbageCollector()]) run(controller, world, signal)
}
