import type { Api } from '../cluster/api.ts'
import type { Facts } from '../cluster/facts.ts'
import type { Emit } from './events.ts'
import type { Pace } from './pace.ts'

/** What all lessons of a run have in common. */
export interface Run {
  readonly api: Api
  readonly facts: Facts
  readonly pace: Pace
  readonly emit: Emit
  /** Fires when the run is interrupted; cleaning goes on under a budget of its own. */
  readonly signal: AbortSignal
  /** Milliseconds that one wait may take. */
  readonly timeout: number
  readonly keep: boolean
  /** Play the steps before this one (number or title) without pauses. */
  readonly from: string | undefined
  /** What --image calls an image, by the reference that stands in a Pod. */
  readonly imageNames: ReadonlyMap<string, string>
}

/** Whether `--from` means this step: by its number, or by words of its title. */
export const isFrom = (from: string, number: number, title: string) =>
  from === String(number) || title.toLowerCase().includes(from.toLowerCase())
