import type { CleanOutcome } from './cleaning.ts'
import type { Api } from '../api.ts'
import type { Hold } from '../ownership/hold.ts'
import { cleanNamespace } from './namespace.ts'
import { cleanRecorded } from './recorded.ts'
import type { Cleaning } from './cleaning.ts'

/** Takes away all that a lesson made, in its own namespace or in somebody's. */
export function cleanHold(api: Api, hold: Hold, cleaning: Cleaning): Promise<CleanOutcome> {
  return hold.own
    ? cleanNamespace(api, hold.namespace, cleaning)
    : cleanRecorded(api, hold.namespace, hold.lesson, cleaning)
}
