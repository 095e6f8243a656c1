import type { Setting } from '../setting.ts'
import { byteChecks } from './bytes.ts'
import { all, equal, fact } from './check.ts'
import { diskChecks } from './disks.ts'
import { networkChecks } from './network.ts'
import { objectChecks } from './objects.ts'
import { orderChecks } from './order.ts'
import { podChecks } from './pods.ts'
import { postgresChecks } from './postgres.ts'
import { storageChecks } from './storage.ts'

export type Checks = ReturnType<typeof checksFor>

/** The things that a lesson can look at. */
export const checksFor = (setting: Setting) => ({
  all,
  equal,
  fact,
  ...podChecks(setting),
  ...byteChecks(setting),
  ...objectChecks(setting),
  ...orderChecks(setting),
  ...diskChecks(setting),
  ...networkChecks(setting),
  ...storageChecks(setting),
  ...postgresChecks(setting),
})
