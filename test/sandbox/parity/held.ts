import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Cluster } from '../../on-cluster/support/cluster.ts'
import { tests } from '../../support/tests.ts'
import { answersDiffer, answersOf } from './answers.ts'
import type { Answers } from './answers.ts'
import { cases, playCase, targetAt } from './case.ts'
import type { Recording } from './normal.ts'
import { differences, normal } from './normal.ts'

const filter = process.env['TOUR_TEST_CASES'] ?? ''
const all = await cases(filter)

/** Holds a cluster to the recordings: the sandbox, or the real one, to see that they still say what it does. */
export function heldToRecordings(what: string, cluster: () => Promise<Cluster>): void {
  tests(
    what,
    (test) => {
      for (const each of all)
        test(each.title, async () => {
          const file = join(import.meta.dirname, 'recordings', `${each.name}.json`)
          const recording = JSON.parse(await readFile(file, 'utf8')) as Recording
          const target = await targetAt((await cluster()).kubeconfig)
          const played = normal(await playCase(each, target), each)
          const found = differences(recording.play, played, target.minor === recording.kubectl)
          if (found.length > 0) throw new Error(`${found.length} differences\n${found.join('\n')}`)
        })
      if ('generated'.includes(filter))
        test('bodies made from the type table', async () => {
          const file = join(import.meta.dirname, 'recordings/generated.json')
          const recorded = JSON.parse(await readFile(file, 'utf8')) as Answers
          const found = answersDiffer(recorded, await answersOf((await cluster()).kubeconfig))
          if (found.length > 0) throw new Error(`${found.length} differences\n${found.join('\n')}`)
        })
    },
    { limit: 180_000 },
  )
}
