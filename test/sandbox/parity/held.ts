import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Cluster } from '../../on-cluster/support/cluster.ts'
import { tests } from '../../support/tests.ts'
import { type Answers, answersDiffer } from './answers.ts'
import { bodiesAnswered } from './bodies.ts'
import { cases, playCase, targetAt } from './case.ts'
import { inLanes } from './lanes.ts'
import { normal } from './normal.ts'
import { type Recording, recordingDiffers } from './recording.ts'
import { tableOf } from './table.ts'

const filter = process.env['TOUR_TEST_CASES'] ?? ''
const all = await cases(filter)

const recorded = async (name: string): Promise<unknown> =>
  JSON.parse(await readFile(join(import.meta.dirname, 'recordings', `${name}.json`), 'utf8'))

function noneOf(found: readonly string[]): void {
  if (found.length > 0) throw new Error(`${found.length} differences\n${found.join('\n')}`)
}

/** Holds a cluster to the recordings: the sandbox, or the real one, to see that they still say what it does. */
export function heldToRecordings(what: string, cluster: () => Promise<Cluster>): void {
  tests(
    what,
    (test) => {
      // Four at a time, each in a namespace of its own: what takes time is waiting.
      const found = inLanes(4, all, async (each) => {
        const target = await targetAt((await cluster()).kubeconfig)
        const recording = (await recorded(each.name)) as Recording
        const play = async () => {
          const transcript = await playCase(each, target)
          return recordingDiffers(
            recording,
            { normal: normal(transcript, each), histories: transcript.histories },
            target.minor,
          )
        }
        const { ended, passed } = await play()
        if (ended.length > 0 || passed.length === 0) return ended
        // Which states are told on the way is luck, too: what differs in these alone has to do so twice.
        const again = await play()
        return [...again.ended, ...again.passed]
      })
      for (const [index, each] of all.entries()) test(each.title, async () => noneOf(await found(index)))
      for (const [name, title, answers] of [
        ['generated', 'bodies made from the type table', bodiesAnswered],
        ['table', 'every kind by every verb', tableOf],
      ] as const)
        if (name.includes(filter))
          test(title, async () => {
            const { kubeconfig, server } = await targetAt((await cluster()).kubeconfig)
            const [wanted, now] = [(await recorded(name)) as Answers, await answers(kubeconfig)]
            noneOf(answersDiffer(wanted, now, server.endsWith('+sandbox')))
          })
    },
    { limit: 180_000 },
  )
}
