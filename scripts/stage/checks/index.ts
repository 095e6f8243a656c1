import type { Setting } from '../setting.ts'
import { byteChecks } from './bytes.ts'
import { all, equal, fact, witnessed } from './check.ts'
import { containerChecks } from './containers.ts'
import { diskChecks } from './disks.ts'
import { networkChecks } from './network.ts'
import { objectChecks } from './objects.ts'
import { orderChecks } from './order.ts'
import { podChecks } from './pods.ts'
import { postgresChecks } from './postgres.ts'
import { restartChecks } from './restarts.ts'
import { storageChecks } from './storage.ts'

export type Checks = ReturnType<typeof checksFor>

/** The things that a lesson can look at. */
export const checksFor = (setting: Setting) => ({
  all,
  equal,
  fact,
  witnessed,
  ...podChecks(setting),
  ...byteChecks(setting),
  ...objectChecks(setting),
  ...containerChecks(setting),
  ...restartChecks(setting),
  ...orderChecks(setting),
  ...diskChecks(setting),
  ...networkChecks(setting),
  ...storageChecks(setting),
  ...postgresChecks(setting),
})
