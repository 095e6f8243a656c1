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

/** What runs is luck in places, on a real cluster most of all: what differs has to do so in each of three plays. */
async function lasting(play: () => Promise<readonly string[]>): Promise<readonly string[]> {
  let found = await play()
  for (let again = 0; again < 2 && found.length > 0; again += 1) {
    const now = new Set((await play()).map(subject))
    process.stdout.write(found.map((each) => `${now.has(subject(each)) ? 'twice' : 'once'}: ${each}\n`).join(''))
    found = found.filter((each) => now.has(subject(each)))
  }
  return found
}

/** The command, the history or the field. */
const subject = (difference: string) => difference.split('\n')[0]

/** Holds a cluster to the recordings: the sandbox, or the real one, to see that they still say what it does. */
export function heldToRecordings(what: string, cluster: () => Promise<Cluster>): void {
  tests(
    what,
    (test) => {
      // Four at a time, each in a namespace of its own: what takes time is waiting.
      const found = inLanes(4, all, async (each) => {
        const target = await targetAt((await cluster()).kubeconfig)
        const recording = (await recorded(each.name)) as Recording
        return lasting(async () => {
          const transcript = await playCase(each, target)
          const play = { normal: normal(transcript, each), histories: transcript.histories }
          return recordingDiffers(recording, play, target.minor)
        })
      })
      for (const [index, each] of all.entries()) test(each.title, async () => noneOf(await found(index)))
      for (const [name, title, answers] of [
        ['generated', 'bodies made from the type table', bodiesAnswered],
        ['table', 'every kind by every verb', tableOf],
      ] as const)
        if (name.includes(filter))
          test(title, async () => {
            const { kubeconfig, server } = await targetAt((await cluster()).kubeconfig)
            const wanted = (await recorded(name)) as Answers
            const play = async () => answersDiffer(wanted, await answers(kubeconfig), server.endsWith('+sandbox'))
            noneOf(await lasting(play))
          })
    },
    { limit: 400_000 },
  )
}
