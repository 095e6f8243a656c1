/*
 * node --import tsx test/sandbox/parity/record.ts [FILTER]: plays every case five times on the cluster that the cluster tests use, and writes
 * what the five have in common.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cluster } from '../../on-cluster/support/cluster.ts'
import { answersOf } from './answers.ts'
import { cases, playCase, targetAt } from './case.ts'
import type { Normal, Recording } from './normal.ts'
import { anything, common, normal } from './normal.ts'

const filter = process.argv[2] ?? ''
const { kubeconfig } = await cluster()
if ('generated'.includes(filter)) {
  const first = await answersOf(kubeconfig)
  const again = await answersOf(kubeconfig)
  const lines = Object.entries(first).map(
    ([id, answer]) => `${JSON.stringify(id)}: ${JSON.stringify(again[id] === answer ? answer : anything)}`,
  )
  await writeFile(join(import.meta.dirname, 'recordings/generated.json'), `{\n${lines.join(',\n')}\n}\n`)
}

const target = await targetAt(kubeconfig)
for (const each of await cases(filter)) {
  const plays: Normal[] = []
  for (let time = 0; time < 5; time += 1) plays.push(normal(await playCase(each, target), each))
  const recording: Recording = { server: target.server, kubectl: target.minor, play: common(plays) }
  const file = join(import.meta.dirname, 'recordings', `${each.name}.json`)
  await writeFile(file, `${JSON.stringify(recording)}\n`)
  process.stdout.write(`${each.name}\n`)
}
