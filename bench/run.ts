// Everything that README says about speed, measured in one run on one machine, as ratios. Needs a cluster that KUBECONFIG points at, and nothing
// else at work on the machine.
//   npm run bench [-- lessons share startup crowd sandbox]     all parts by default; sandbox needs no cluster
//   RUNS=3     how often the lessons are measured; the medians count
//   WRITE=1    put the table into the README
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { shellAt } from '../scripts/stage/shell.ts'
import type { Event } from '../scripts/stage/events.ts'
import type { Figure } from './measure.ts'
import { asTable, inTurn, median, program, root, timed } from './measure.ts'
import { sandbox } from './sandbox.ts'

const runs = Number(process.env['RUNS'] ?? 3)
const sections = ['secrets', 'sidecar', 'storage', 'statefulset']
const say = (text: string) => process.stderr.write(`${text}\n`)

async function lessons(): Promise<readonly Figure[]> {
  const measured = { text: [] as number[], commands: [] as number[], serial: [] as number[], parallel: [] as number[] }
  const memory: number[] = []
  for (let run = 1; run <= runs; run += 1) {
    measured.commands.push(total(await timed('bash', ['bench/commands.sh'])))
    const serial = await timed('node', [program, 'all', '--auto'])
    const parallel = await timed('node', [program, 'all', '--auto', '--parallel'])
    measured.serial.push(serial.seconds)
    measured.parallel.push(parallel.seconds)
    memory.push(serial.megabytes, parallel.megabytes)
    measured.text.push(total(await timed('bash', ['bench/text.sh'])))
    say(
      Object.entries(measured)
        .map(([name, seconds]) => `${name} ${seconds.at(-1)?.toFixed(1)} s`)
        .join(', '),
    )
  }
  const ratio = (a: readonly number[], b: readonly number[]) => median(a) / median(b)
  return [
    {
      what: "all four with `--auto` / the text's commands",
      value: ratio(measured.serial, measured.text),
      atMost: 0.36,
      unit: '',
      note: seconds(measured.serial, measured.text),
    },
    {
      what: "all four with `--parallel` / the text's commands",
      value: ratio(measured.parallel, measured.text),
      atMost: 0.17,
      unit: '',
      note: seconds(measured.parallel, measured.text),
    },
    {
      what: "all four with `--auto` / the lessons' own commands",
      value: ratio(measured.serial, measured.commands),
      atMost: 1.15,
      unit: '',
      note: seconds(measured.serial, measured.commands),
    },
    { what: 'peak memory of the process', value: Math.max(...memory), atMost: 150, unit: ' MB', note: '' },
  ]
}

const seconds = (a: readonly number[], b: readonly number[]) => `${median(a).toFixed(1)} s / ${median(b).toFixed(1)} s`

/** The sum of what a script printed as `section seconds`. */
const total = ({ stdout }: { readonly stdout: string }) =>
  [...stdout.matchAll(/^\w+ ([\d.]+)$/gm)].reduce((sum, [, amount]) => sum + Number(amount), 0)

/** Wall time of a lesson less its commands, its waits and its reads for proofs. */
async function share(): Promise<readonly Figure[]> {
  const figures: Figure[] = []
  for (const section of sections) {
    const { stdout } = await timed('node', [program, section, '--auto', '-o', 'json'])
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Event)
    const wall =
      events.flatMap((event) => (event.type === 'lesson' && event.state === 'ended' ? [event.seconds] : []))[0] ?? 0
    const elsewhere = events.reduce((sum, event) => sum + secondsElsewhere(event), 0)
    figures.push({
      what: `${section}: the tour's own share`,
      value: wall - elsewhere,
      atMost: Math.max(0.6, 0.05 * wall),
      unit: ' s',
      note: `of ${wall.toFixed(1)} s`,
    })
  }
  return [...figures, await perCommand()]
}

function secondsElsewhere(event: Event): number {
  if (event.type === 'command' && event.state === 'ended') return event.seconds
  if (event.type === 'claim') return event.seconds ?? 0
  return event.type === 'wait' && (event.state === 'done' || event.state === 'failed') ? event.seconds : 0
}

async function perCommand(): Promise<Figure> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'))
  const kubectl = join(folder, 'kubectl')
  writeFileSync(kubectl, '#!/bin/sh\nexit 0\n')
  chmodSync(kubectl, 0o755)
  const env = { ...process.env, PATH: `${folder}:${process.env['PATH']}` }
  const write = shellAt({ namespace: '', kubeconfig: '', env, verifyUnchanged: () => Promise.resolve() }, folder)
  const each: number[] = []
  for (let run = 0; run < 60; run += 1) {
    const began = performance.now()
    await write`kubectl get pods`.run(new AbortController().signal)
    each.push(performance.now() - began)
  }
  rmSync(folder, { recursive: true })
  return {
    what: 'one command, with a kubectl that answers at once',
    value: median(each),
    atMost: 15,
    unit: ' ms',
    note: 'the shell and that kubectl included',
  }
}

async function startup(): Promise<readonly Figure[]> {
  const complete = join(root, 'dist', 'bin', 'kubectl_complete-tour.js')
  const commands: readonly (readonly [string, readonly string[]])[] = [
    ['`--help`', [program, '--help']],
    ['`--version`', [program, '--version']],
    ['`list`', [program, 'list']],
    ['a completion', [complete, 'se']],
  ]
  const figures: Figure[] = []
  for (const [what, args] of commands) {
    const ours: number[] = []
    const bare: number[] = []
    for (let run = 0; run < 15; run += 1) {
      bare.push((await timed('node', ['-e', '0'])).seconds)
      ours.push((await timed('node', args)).seconds)
    }
    figures.push({
      what: `${what} / \`node -e 0\``,
      value: median(ours) / median(bare),
      atMost: 2.5,
      unit: '',
      note: `${(median(ours) * 1000).toFixed(0)} ms / ${(median(bare) * 1000).toFixed(0)} ms`,
    })
  }
  return figures
}

/** `clean` and `status` beside 5,000 foreign objects, against none. */
async function crowd(): Promise<readonly Figure[]> {
  const namespace = `bench-crowd-${process.pid}`
  const measure = async (command: string) =>
    median(await inTurn(7, async () => (await timed('node', [program, command])).seconds))
  const before = { clean: await measure('clean'), status: await measure('status') }
  await timed('kubectl', ['create', 'namespace', namespace])
  try {
    for (let part = 0; part < 10; part += 1) await timed('bash', ['-c', manyConfigMaps(namespace, part * 500)])
    const after = { clean: await measure('clean'), status: await measure('status') }
    return (['clean', 'status'] as const).map((name) => ({
      what: `\`${name}\` beside 5,000 foreign objects / beside none`,
      value: after[name] / before[name],
      atMost: 1.5,
      unit: '' as const,
      note: `${(after[name] * 1000).toFixed(0)} ms / ${(before[name] * 1000).toFixed(0)} ms`,
    }))
  } finally {
    await timed('kubectl', ['delete', 'namespace', namespace])
  }
}

const manyConfigMaps = (namespace: string, from: number) =>
  `for n in $(seq ${from + 1} ${from + 500}); do printf -- '---\\napiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: crowd-%s, namespace: ${namespace}}\\ndata: {key: "%s"}\\n' "$n" "$n"; done | kubectl create -f -`

const parts = { startup, share, crowd, lessons, sandbox: () => sandbox(runs) }
const asked = process.argv.slice(2)
const figures: Figure[] = []
await timed('npm', ['run', 'build'])
for (const [name, part] of Object.entries(parts)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  say(`measuring ${name}`)
  figures.push(...(await part()))
}
const table = asTable(figures)
process.stdout.write(`${table}\n`)
if (process.env['WRITE'] === '1') {
  const readme = join(root, 'README.md')
  const text = readFileSync(readme, 'utf8')
  writeFileSync(readme, text.replace(/(<!-- bench -->\n)[\s\S]*?(<!-- \/bench -->)/, `$1\n${table}\n\n$2`))
}
const over = figures.filter(({ value, atMost }) => value > atMost)
for (const { what } of over) say(`over its limit: ${what}`)
if (over.length > 0) process.exitCode = 1
