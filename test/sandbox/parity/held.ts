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
      // Four at a time, each in a namespace of its own: what takes time is waiting.
      const plays = inLanes(4, all, async (each) => {
        const target = await targetAt((await cluster()).kubeconfig)
        return { played: normal(await playCase(each, target), each), minor: target.minor }
      })
      for (const [index, each] of all.entries())
        test(each.title, async () => {
          const file = join(import.meta.dirname, 'recordings', `${each.name}.json`)
          const recording = JSON.parse(await readFile(file, 'utf8')) as Recording
          const { played, minor } = await plays(index)
          const found = differences(recording.play, played, minor === recording.kubectl)
          if (found.length > 0) throw new Error(`${found.length} differences\n${found.join('\n')}`)
        })
      if ('generated'.includes(filter))
        test('bodies made from the type table', async () => {
          const file = join(import.meta.dirname, 'recordings/generated.json')
          const recorded = JSON.parse(await readFile(file, 'utf8')) as Answers
          const { kubeconfig, server } = await targetAt((await cluster()).kubeconfig)
          const found = answersDiffer(recorded, await answersOf(kubeconfig), server.endsWith('+sandbox'))
          if (found.length > 0) throw new Error(`${found.length} differences\n${found.join('\n')}`)
        })
    },
    { limit: 180_000 },
  )
}

/** Works on all items from when the first is asked for, so many at a time; each is asked for by its index. */
function inLanes<Item, Result>(
  lanes: number,
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): (index: number) => Promise<Result> {
  let started: readonly Promise<Result>[] | undefined
  const start = () => {
    const last: Promise<unknown>[] = Array.from({ length: lanes }, () => Promise.resolve())
    return items.map((item, index) => {
      const result = (last[index % lanes] ?? Promise.resolve()).then(() => work(item))
      last[index % lanes] = result.catch(() => {})
      return result
    })
  }
  return (index) => {
    started ??= start()
    const result = started[index]
    for (const each of started) each.catch(() => {})
    return result ?? Promise.reject(new Error('there is no such item'))
  }
}
