import type { Event } from '../stage/events.ts'
import { jsonReport } from '../report/json.ts'
import { screenOn } from '../report/screen.ts'
import { spinnerOn, still } from '../report/spinner.ts'
import { terminalReport } from '../report/terminal.ts'
import type { Play } from './command.ts'
import type { World } from './world.ts'

/** What becomes of a run's events, as the flags have it. */
export function reportFor({ json, colour }: Play, { stdout, stderr, env }: World): (event: Event) => void {
  if (json) return jsonReport(stdout)
  const plain = !stderr.isTTY || env['TERM'] === 'dumb' || (env['CI'] ?? '') !== ''
  return terminalReport({
    screen: screenOn(stdout, env, colour),
    spinner: plain ? still : spinnerOn(stderr, colour),
    plain,
    keys: 'enter: go on   m: manifest   !: shell   s: skip   r: restart   q: quit   ?: help',
  })
}
