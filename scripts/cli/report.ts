import type { Event } from '../stage/events.ts'
import { jsonReport } from '../report/json.ts'
import { screenOn } from '../report/screen.ts'
import { spinnerOn, still } from '../report/spinner.ts'
import type { Terminal } from '../report/terminal.ts'
import { terminal } from '../report/terminal.ts'
import type { World } from './world.ts'

interface ReportOptions {
  readonly json: boolean
  readonly colour: boolean
}

const keys = 'enter: go on  m: manifest  !: shell  s: skip  r: restart  q: quit  ?: help'

/** The terminal that a run is read on. */
export function terminalOn({ stdout, stderr, env }: World, colour: boolean): Terminal {
  const plain = !stderr.isTTY || env['TERM'] === 'dumb' || (env['CI'] ?? '') !== ''
  return terminal({
    screen: screenOn(stdout, env, colour),
    spinner: plain ? still : spinnerOn(stderr, colour),
    plain,
    keys,
  })
}

/** What becomes of a run's events, as the flags have it. */
export const reportFor = ({ json, colour }: ReportOptions, world: World): ((event: Event) => void) =>
  json ? jsonReport(world.stdout) : terminalOn(world, colour).report
