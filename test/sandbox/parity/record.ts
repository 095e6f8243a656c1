/*
 * node --import tsx test/sandbox/parity/record.ts [FILTER]: plays every case five times with each kubectl, PATH's and the cluster's own, on the
 * cluster that the cluster tests use, and writes what the five have in common. Eight cases at a time: what takes time is waiting.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cluster } from '../../on-cluster/support/cluster.ts'
import { type Answers, commonAnswers } from './answers.ts'
import { bodiesAnswered } from './bodies.ts'
import { type Case, cases, playCase, targetAt } from './case.ts'
import { inLanes } from './lanes.ts'
import { normal } from './normal.ts'
import { type Play, recordingOf } from './recording.ts'
import { tableOf } from './table.ts'

const filter = process.argv[2] ?? ''
const { kubeconfig, ownKubectl } = await cluster()
const targets = [await targetAt(kubeconfig), await targetAt(kubeconfig, ownKubectl)]
const all = await cases(filter)

const write = async (name: string, text: string) => {
  await writeFile(join(import.meta.dirname, 'recordings', `${name}.json`), text)
  process.stdout.write(`${name}\n`)
}

async function record(each: Case): Promise<void> {
  const plays = new Map<string, Play[]>()
  for (const target of targets)
    for (let time = 0; time < 5; time += 1) {
      const transcript = await playCase(each, target)
      const played = { normal: normal(transcript, each), histories: transcript.histories }
      plays.set(target.minor, [...(plays.get(target.minor) ?? []), played])
    }
  const recording = recordingOf(targets[0]?.server ?? '', plays)
  await write(each.name, `${JSON.stringify(recording)}\n`)
}

const recorded = inLanes(8, all, record)
for (const [index, each] of all.entries())
  await recorded(index).catch((error: unknown) => {
    process.exitCode = 1
    process.stderr.write(`${each.name}: ${String(error)}\n`)
  })

for (const [name, answers] of [
  ['generated', bodiesAnswered],
  ['table', tableOf],
] as const) {
  if (!name.includes(filter)) continue
  const times: Answers[] = []
  for (let time = 0; time < 5; time += 1) times.push(await answers(kubeconfig))
  const lines = Object.entries(commonAnswers(times)).map(
    ([id, said]) => `${JSON.stringify(id)}: ${JSON.stringify(said)}`,
  )
  await write(name, `{\n${lines.join(',\n')}\n}\n`)
}
