/*
 * npm run check and npm test: one thing after the other, each shown in a line, and the whole output of those that fail.
 * Ends with the sum: a check counts as one test, the unit tests as themselves.
 */
import { join } from 'node:path'
import { runs } from './child.ts'
import { lastTotal, sum, type Tally, totalLine } from './runner.ts'

const root = join(import.meta.dirname, '../..')
const ts = ['--import', 'tsx']
const bin = (name: string) => join(root, 'node_modules/.bin', name)

const steps: Readonly<Record<string, readonly [command: string, ...args: string[]]>> = {
  types: [bin('tsc')],
  lint: [bin('oxlint')],
  format: [bin('oxfmt'), '--check'],
  'dead-code': [bin('knip')],
  sandbox: [process.execPath, ...ts, 'test/support/run.ts', '--sandbox'],
  unit: [bin('c8'), process.execPath, ...ts, 'test/support/run.ts'],
}

const print = (text: string) => void process.stdout.write(`${text}\n`)
const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(steps)
const tallies: Tally[] = []
for (const name of wanted) tallies.push(await checked(name))

const tally = sum(tallies)
print(`\n${totalLine(tally)}`)
process.exitCode = tally.failed > 0 || tally.passed === 0 ? 1 : 0

async function checked(name: string): Promise<Tally> {
  const [command, ...args] = steps[name] ?? ['false']
  const { output, code, seconds } = await runs(command, args, {
    cwd: root,
    env: { ...process.env, NO_COLOR: '1' },
    limit: 15 * 60_000,
  })
  const said = /^\d+ passed, \d+ failed$/m.exec(output)?.[0]
  const counted = lastTotal(said ?? '') ?? { passed: code === 0 ? 1 : 0, failed: 0 }
  const result = { ...counted, failed: code === 0 ? counted.failed : Math.max(1, counted.failed) }
  print(`${result.failed > 0 ? '✘' : '✔'} ${name}  ${seconds.toFixed(1)} s`)
  if (result.failed > 0 || said) print(`${output.trim().replace(/^/gm, '  ')}\n`)
  return result
}
