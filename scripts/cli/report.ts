import { hasColour, screenOn } from '../report/screen.ts'
import { spinnerOn, still } from '../report/spinner.ts'
import type { Terminal } from '../report/terminal.ts'
import { terminal } from '../report/terminal.ts'
import type { World } from './world.ts'

const keys = 'enter: go on  m: manifest  !: shell  s: skip  r: restart  q: quit  ?: help'

/** The terminal that a run is read on. */
export function terminalOn({ stdout, stderr, env }: World, colour: boolean): Terminal {
  const plain = !stderr.isTTY || env['TERM'] === 'dumb' || (env['CI'] ?? '') !== ''
  return terminal({
    screen: screenOn(stdout, env, colour),
    spinner: plain ? still : spinnerOn(stderr, hasColour(stderr, env, colour)),
    plain,
    keys,
  })
}
