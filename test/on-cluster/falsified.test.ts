import * as assert from 'uvu/assert'
import { type LessonName, rowsOf } from '../../scripts/contents.ts'
import { tests } from '../support/tests.ts'
import { type Falsified, falsifications } from './falsifications.ts'
import { cluster } from './support/cluster.ts'
import { endedWith, played, report, rows } from './support/played.ts'
import type { Result } from './support/tour.ts'
import { kubectlWrapper } from './support/wrapper.ts'

interface Play extends Falsified {
  readonly lesson: LessonName
  /** A namespace of its own: plays of one lesson do not meet. */
  readonly namespace: string
  readonly result: () => Promise<Result>
}

const told = ['S3', 'T6']

async function play(lesson: LessonName, namespace: string, { args = [], rows: lies }: Falsified): Promise<Result> {
  const here = await cluster()
  await here.must('create', 'namespace', namespace)
  const wrapper = await kubectlWrapper(Object.values(lies).flatMap(({ rules }) => rules))
  try {
    return await played([lesson, '-n', namespace, '--kubectl', wrapper, ...args], here, { limit: 8 * 60_000 })
  } finally {
    // One lie hides which class is the default: whatever became of the lesson, it is again.
    if ('P1' in lies) await here.must(...defaultAgain)
    await here.must('delete', 'namespace', namespace)
  }
}

const defaultAgain = [
  'annotate',
  'storageclass',
  'standard',
  'storageclass.kubernetes.io/is-default-class=true',
  '--overwrite',
]

/** The plays of these lessons, one after the other from when the first is asked for. */
function lane(...lessons: readonly LessonName[]): readonly Play[] {
  let last: Promise<unknown> = Promise.resolve()
  return lessons.flatMap((lesson) =>
    falsifications[lesson].map((falsified, index) => {
      const namespace = `tour-test-false-${lesson}-${index + 1}`
      let result: Promise<Result> | undefined
      const start = () => {
        result ??= last.then(() => play(lesson, namespace, falsified))
        last = result.catch(() => {})
        return result
      }
      return { ...falsified, lesson, namespace, result: start }
    }),
  )
}

tests(
  'a claim that is false fails',
  (test) => {
    // Two at a time; and what one lie does to the storage classes, only those that need none play beside.
    const plays = [...lane('secrets', 'sidecar'), ...lane('storage', 'statefulset')]

    test('every row that can fail is made to', async () => {
      for (const { result } of plays) result().catch(() => {})
      const all = Object.keys(falsifications) as LessonName[]
      const missing = all
        .flatMap(rowsOf)
        .filter((id) => !told.includes(id) && !plays.some(({ rows: lies }) => id in lies))
      assert.equal(missing, [])
    })

    for (const { lesson, namespace, rows: lies, result } of plays) {
      for (const [id, { observed }] of Object.entries(lies))
        test(`${id}, in ${namespace}`, async () => {
          const ended = await result()
          const claims = ended.events.filter((event) => event.type === 'claim' && event.id === id)
          assert.is(claims.length, 1, report(ended))
          const [claim] = claims
          if (claim?.type !== 'claim' || claim.result !== 'failed')
            throw new Error(`${JSON.stringify(claim)}\n${report(ended)}`)
          assert.match(claim.observed, observed)
        })

      test(`and nothing else, in ${namespace}`, async () => {
        const ended = await result()
        const wrong = new Set(Object.entries(lies).flatMap(([id, { alsoFails = [] }]) => [id, ...alsoFails]))
        const right = rowsOf(lesson).filter((id) => !wrong.has(id) && !told.includes(id))
        assert.equal(rows(ended, 'proven').toSorted(), right.toSorted(), report(ended))
        endedWith(ended, 1)
      })
    }

    test('leaves nothing behind', async () => {
      const { must } = await cluster()
      const left = await must(
        'get',
        'namespaces,persistentvolumes',
        '-o',
        'jsonpath={.items[*].metadata.name}{.items[*].spec.claimRef.namespace}',
      )
      assert.not.match(left, /tour-test-false/)
    })
  },
  { limit: 13 * 60_000 },
)
