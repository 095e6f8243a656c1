import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import * as assert from 'uvu/assert'
import { jsonReport } from '../../scripts/report/json.ts'
import type { Event } from '../../scripts/stage/events.ts'
import { tests } from '../support/tests.ts'
import { ended, run } from './events.ts'

const root = join(import.meta.dirname, '../..')

tests('JSON lines', (test) => {
  const written = (events: readonly Event[]) => {
    let text = ''
    const report = jsonReport({ write: (more) => Boolean((text += more)) })
    events.forEach(report)
    return text
  }
  const schema = async () => {
    const text = await readFile(join(root, 'schema/events.json'), 'utf8')
    return new Ajv({ allErrors: true, strict: false }).compile(JSON.parse(text) as object)
  }

  test('are one event a line, and what people press keys for is not among them', () => {
    const lines = written(run).trimEnd().split('\n')
    const told = run.filter(({ type }) => !['say', 'manifest', 'pause'].includes(type))
    assert.equal(
      lines.map((line) => JSON.parse(line) as Event),
      told,
    )
  })

  test('keep a line a line, whatever is in it', () => {
    const odd = 'a\nb\r\u2028c"\\\u0000'
    const event: Event = {
      type: 'claim',
      lesson: 'storage',
      id: 'P1',
      result: 'proven',
      claim: odd,
      expected: '',
      observed: odd,
    }
    const text = written([event])
    assert.is(text.split('\n').length, 2)
    assert.equal(JSON.parse(text), event)
  })

  test('hold to the schema, every type and state of them', async () => {
    const holds = await schema()
    const more: readonly Event[] = [
      ...run,
      { type: 'run', version: '1', lessons: ['secrets', 'sidecar'], target: null },
      { ...ended, problem: 'It failed.\nlook', cleaned: null },
      {
        ...ended,
        cleaned: { namespace: 'x', own: false, objects: null, volumes: null, left: ['Pod a is still there'] },
      },
      { type: 'clean', lesson: 'storage', state: 'failed', namespace: 'x', now: 'why' },
      { type: 'end', exitCode: 130, seconds: 0, lessons: {}, next: null },
    ]
    for (const line of written(more).trimEnd().split('\n')) {
      assert.ok(holds(JSON.parse(line)), `${line}\n${JSON.stringify(holds.errors)}`)
    }
  })

  test('the schema refuses what is no event', async () => {
    const holds = await schema()
    const claim = run.find(({ type }) => type === 'claim')
    for (const wrong of [
      {},
      { type: 'say', lesson: 'storage', text: 'prose' },
      { ...claim, result: 'maybe' },
      { ...claim, lesson: 'other' },
      { ...claim, more: 1 },
      { ...claim, observed: undefined },
      { ...ended, proven: 1.5 },
    ])
      assert.not(holds(JSON.parse(JSON.stringify(wrong))), JSON.stringify(wrong))
  })
})
