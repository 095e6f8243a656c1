import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Ajv, type ValidateFunction } from 'ajv'
import { XMLParser } from 'fast-xml-parser'
import * as assert from 'uvu/assert'
import { contents, type LessonName, lessonNames, rowsOf } from '../../scripts/contents.ts'
import type { Event } from '../../scripts/stage/events.ts'
import type { Checkup } from '../../scripts/cluster/checkup/checkup.ts'
import { tests } from '../support/tests.ts'
import { type Cluster, cluster } from './support/cluster.ts'
import { cleaned, endedWith, lessonsEnded, played } from './support/played.ts'
import { temporary } from './support/temporary.ts'
import { type Result, tour } from './support/tour.ts'

const root = join(import.meta.dirname, '../..')
const told = ['S3', 'T6']

let schema: ValidateFunction | undefined

/** On stdout there is one event a line, each as schema/events.json has it, and nothing else. */
async function isToSchema({ events, strays, stdout }: Result): Promise<void> {
  schema ??= new Ajv({ allErrors: true, strict: false }).compile(
    JSON.parse(await readFile(join(root, 'schema/events.json'), 'utf8')) as object,
  )
  assert.equal(strays, [])
  assert.is(stdout.trimEnd().split('\n').length, events.length)
  const valid = schema
  for (const event of events)
    assert.ok(valid(event), `${JSON.stringify(event).slice(0, 500)}\n${JSON.stringify(valid.errors?.slice(0, 5))}`)
  assert.is(events[0]?.type, 'run')
  assert.is(events.at(-1)?.type, 'end')
}

/** Every row once, in its order, and proven where it can be. */
function isWhole(result: Result, lessons: readonly LessonName[], notHere: readonly string[] = []): void {
  endedWith(result, 0)
  for (const lesson of lessons) {
    const seen = result.events.flatMap((event) =>
      event.type === 'claim' && event.lesson === lesson ? [`${event.id} ${event.result}`] : [],
    )
    const wanted = rowsOf(lesson).map(
      (id) => `${id} ${told.includes(id) ? 'told' : notHere.includes(id) ? 'notHere' : 'proven'}`,
    )
    assert.equal(seen, wanted)
  }
  const ends = lessonsEnded(result)
  assert.equal(ends.map(({ lesson }) => lesson).toSorted(), lessons.toSorted())
  for (const { problem, exitCode, failed } of ends) assert.equal([problem, exitCode, failed], [null, 0, 0])
}

const ownKubectl = ({ ownKubectl: path }: Pick<Cluster, 'ownKubectl'>) => ['--kubectl', path]

/** The version of that kubectl, as it tells it. */
const versionOf = async ({ must }: Pick<Cluster, 'must'>) =>
  (JSON.parse(await must('version', '--client', '-o', 'json')) as { clientVersion: { gitVersion: string } })
    .clientVersion.gitVersion

const versionIn = ({ events }: Result) =>
  events.flatMap((event) => (event.type === 'run' ? (event.target?.kubectlVersion ?? []) : [])).join()

interface Suite {
  readonly '@name': string
  readonly '@tests': string
  readonly '@failures': string
  readonly '@skipped': string
  readonly testcase: readonly { readonly '@name': string; readonly '@classname': string; readonly failure?: unknown }[]
}

async function suitesIn(file: string): Promise<readonly Suite[]> {
  const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '@' })
  const { testsuites } = parser.parse(await readFile(file, 'utf8')) as {
    readonly testsuites: { readonly testsuite: readonly Suite[] }
  }
  return testsuites.testsuite
}

tests(
  'a lesson, unattended,',
  (test) => {
    for (const lesson of lessonNames)
      test(`proves every row of ${lesson}, and leaves the cluster as it was`, async () => {
        const here = await cluster()
        const before = await here.listing()
        const result = await played([lesson], here)
        isWhole(result, [lesson])
        await isToSchema(result)
        await here.unchanged(before)
      })
  },
  { limit: 300_000 },
)

tests(
  'all lessons',
  (test) => {
    test("side by side, with the cluster's own kubectl, and a case in JUnit for each claim", async () => {
      const here = await cluster()
      const before = await here.listing()
      const file = join(temporary(), 'report.xml')
      const result = await played(['all', '--parallel', '--junit', file, ...ownKubectl(here)], here)
      isWhole(result, lessonNames)
      await isToSchema(result)
      assert.is(versionIn(result), await versionOf(here))

      const suites = await suitesIn(file)
      assert.equal(
        suites.map((suite) => suite['@name']).toSorted(),
        lessonNames.map((lesson) => `${lesson}: ${contents[lesson].title}`).toSorted(),
      )
      for (const lesson of lessonNames) {
        const suite = suites.find((each) => each['@name'].startsWith(`${lesson}: `))
        const cases = suite?.testcase ?? []
        assert.equal(
          cases.map((each) => each['@name'].split(' ')[0]),
          rowsOf(lesson),
        )
        assert.ok(cases.every((each) => each['@classname'] === lesson && each.failure === undefined))
        const skipped = rowsOf(lesson).filter((id) => told.includes(id)).length
        assert.equal(
          [suite?.['@tests'], suite?.['@failures'], suite?.['@skipped']],
          [String(cases.length), '0', String(skipped)],
        )
      }
      await here.unchanged(before)
    })

    test("with PATH's kubectl are told to somebody who reads", async () => {
      const here = await cluster()
      const before = await here.listing()
      const { kubeconfig } = here
      const result = await tour(['secrets', 'sidecar', '--auto'], { kubeconfig }).ended
      endedWith(result, 0)
      for (const id of [...rowsOf('secrets'), ...rowsOf('sidecar')])
        assert.match(result.stdout, new RegExp(`\\b${id}\\b`))
      await here.unchanged(before)
    })
  },
  { limit: 420_000 },
)

tests(
  'a lesson',
  (test) => {
    test('that is to be kept stays until it is cleaned', async () => {
      const here = await cluster()
      const before = await here.listing()
      const result = await played(['secrets', '--keep'], here)
      isWhole(result, ['secrets'], ['S12'])
      await isToSchema(result)
      assert.equal(
        lessonsEnded(result).map((each) => each.cleaned),
        [null],
      )
      const pods = await here.must('get', 'pods', '-n', 'tour-secrets', '-o', 'jsonpath={.items[*].metadata.name}')
      assert.is(pods, 'config-test config-test-vol')

      endedWith(await cleaned(['secrets'], here), 0)
      await here.unchanged(before)
      endedWith(await cleaned(['secrets'], here), 0)
    })

    test('from a later step proves the rows before it, too', async () => {
      const here = await cluster()
      const before = await here.listing()
      const result = await played(['secrets', '--from', '3'], here)
      isWhole(result, ['secrets'])
      await isToSchema(result)
      await here.unchanged(before)
    })

    test('from a step that it does not have is refused', async () => {
      const here = await cluster()
      const before = await here.listing()
      const result = await played(['secrets', '--from', '77'], here)
      endedWith(result, 2)
      assert.match(result.stderr, 'secrets has no step "77"')
      assert.is(result.stdout, '')
      await here.unchanged(before, 0)
    })

    test('that is rehearsed touches nothing', async () => {
      const here = await cluster()
      const before = await here.listing()
      const { kubeconfig } = here
      const shown = await tour(['all', '--dry-run'], { kubeconfig }).ended
      endedWith(shown, 0)
      await here.unchanged(before, 0)
      const away = await tour(['all', '--dry-run'], { kubeconfig: '/no/such/kubeconfig' }).ended
      endedWith(away, 0)
      assert.is(away.stdout, shown.stdout)
      for (const lesson of lessonNames)
        for (const id of rowsOf(lesson)) assert.match(shown.stdout, new RegExp(`^# ${id}: `, 'm'))
      for (const command of ['kubectl apply -f config-pod.yaml', 'kubectl scale statefulset web --replicas=1'])
        assert.match(shown.stdout, `\n${command}\n`)
      assert.match(shown.stdout, '#   kind: StatefulSet')

      const events = (await tour(['all', '--dry-run', '-o', 'json'], { kubeconfig }).ended).events as readonly {
        readonly type: Event['type']
        readonly id?: string
      }[]
      assert.equal(
        events.flatMap(({ type, id }) => (type === 'claim' ? [id] : [])),
        lessonNames.flatMap(rowsOf),
      )
    })
  },
  { limit: 180_000 },
)

tests(
  'the doctor',
  (test) => {
    test('finds that every lesson can be played here, and writes nothing', async () => {
      const here = await cluster()
      const { kubeconfig } = here
      const before = await here.listing()
      const said = await tour(['doctor'], { kubeconfig }).ended
      endedWith(said, 0)
      assert.match(said.stdout, 'All 4 lessons can be played.')
      const found = await tour(['doctor', '-o', 'json', ...ownKubectl(here)], { kubeconfig }).ended
      endedWith(found, 0)
      const checkup = JSON.parse(found.stdout) as Checkup
      assert.ok(checkup.canPlay)
      assert.equal(
        checkup.lessons.map(({ lesson, canPlay, obstacles }) => [lesson, canPlay, obstacles]),
        lessonNames.map((lesson) => [lesson, true, []]),
      )
      assert.is(checkup.versions.kubectl, await versionOf(here))
      assert.match(checkup.versions.server, 'v1.34.')
      assert.equal(
        [checkup.storage.class?.name, checkup.dns.state, checkup.locality.local],
        ['standard', 'ready', true],
      )
      await here.unchanged(before, 0)
    })
  },
  { limit: 60_000 },
)
