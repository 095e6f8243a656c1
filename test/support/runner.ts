import { readdir } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { type Outcome, runs } from './child.ts'

export interface Tally {
  readonly passed: number
  readonly failed: number
}

interface FileResult extends Tally {
  readonly file: string
  readonly outcome: Outcome
  /** Why the file failed, when that is not for its tests. */
  readonly reason: string | undefined
}

interface Run {
  readonly root: string
  /** How many files at a time. */
  readonly jobs: number
  /** Milliseconds a file may take. */
  readonly limit: number
  readonly env: NodeJS.ProcessEnv
  /** What node is told before the name of a file. */
  readonly node: readonly string[]
  readonly print: (line: string) => void
}

export const totalLine = ({ passed, failed }: Tally) => `${passed} passed, ${failed} failed`

export function lastTotal(output: string): Tally | undefined {
  const found = /^(\d+) passed, (\d+) failed$/.exec(output.trimEnd().split('\n').at(-1) ?? '')
  return found ? { passed: Number(found[1]), failed: Number(found[2]) } : undefined
}

export function sum(tallies: readonly Tally[]): Tally {
  return {
    passed: tallies.reduce((all, { passed }) => all + passed, 0),
    failed: tallies.reduce((all, { failed }) => all + failed, 0),
  }
}

/** The test files below a folder, sorted; with filters only those whose path holds one of them. */
export async function testFiles(folder: string, filters: readonly string[] = []): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true }).catch((): string[] => [])
  return entries
    .filter((file) => file.endsWith('.test.ts') && !file.split(sep).includes('fixtures'))
    .filter((file) => filters.length === 0 || filters.some((filter) => join(folder, file).includes(filter)))
    .map((file) => join(folder, file))
    .toSorted()
}

/** Runs every file in a process of its own. No file at all is a failure too. */
export async function runFiles(files: readonly string[], run: Run): Promise<Tally> {
  if (files.length === 0) {
    run.print('no test file matches')
    return { passed: 0, failed: 1 }
  }
  const waiting = [...files]
  const results: FileResult[] = []
  const worker = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const result = await runFile(file, run)
      run.print(lineOf(result, run.root))
      results.push(result)
    }
  }
  await Promise.all(Array.from({ length: run.jobs }, worker))

  for (const { file, outcome, failed, reason } of results) {
    if (failed === 0) continue
    run.print(`\n── ${relative(run.root, file)}${reason ? `: ${reason}` : ''}\n${outcome.output.trimEnd()}`)
  }
  return sum(results)
}

async function runFile(file: string, { root, limit, env, node }: Run): Promise<FileResult> {
  const outcome = await runs(process.execPath, [...node, file], { cwd: root, env, limit })
  return { file, outcome, ...verdictOn(outcome, limit) }
}

/** What uvu's summary says, unless something else says otherwise. */
function verdictOn({ output, code, signal, late }: Outcome, limit: number): Tally & { reason: string | undefined } {
  const totals = [...output.matchAll(/^ {2}Total: +(\d+)\n {2}Passed: +(\d+)\n {2}Skipped: +(\d+)$/gm)]
  const [total = 0, passed = 0, skipped = 0] = totals.length === 1 ? (totals[0] ?? []).slice(1).map(Number) : []
  const reason = late
    ? `still running after ${limit / 1000} s: killed`
    : totals.length !== 1
      ? `${totals.length} summaries: its tests did not run, or not to their end`
      : total === 0
        ? 'no test ran'
        : skipped > 0
          ? `${skipped} skipped: a test that does not run proves nothing`
          : passed === total && code !== 0
            ? `exit ${code ?? signal}`
            : undefined
  const failed = total - passed
  return { passed, failed: reason ? Math.max(1, failed) : failed, reason }
}

function lineOf({ file, outcome, passed, failed }: FileResult, root: string): string {
  const counts = failed > 0 ? `${passed} passed, ${failed} FAILED` : `${passed} passed`
  return `${failed > 0 ? '✘' : '✔'} ${relative(root, file)}  ${counts}  ${outcome.seconds.toFixed(1)} s`
}
