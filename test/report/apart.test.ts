import * as assert from 'uvu/assert'
import { apart } from '../../scripts/report/apart.ts'
import type { Event } from '../../scripts/stage/events.ts'
import type { LessonName } from '../../scripts/contents.ts'
import { tests } from '../support/tests.ts'
import { ended } from './events.ts'

const say = (lesson: LessonName, text: string): Event => ({ type: 'say', lesson, text })
const end = (lesson: LessonName): Event => ({ ...ended, lesson })
const name = (event: Event) =>
  event.type === 'say'
    ? `${event.lesson} ${event.text}`
    : event.type === 'lesson'
      ? `${event.lesson} ended`
      : event.type

/** What has been reported after each event. */
function reported(lessons: readonly LessonName[], events: readonly Event[]): readonly (readonly string[])[] {
  const seen: string[] = []
  const report = apart(lessons, (event) => void seen.push(name(event)))
  return events.map((event) => {
    report(event)
    return seen.splice(0)
  })
}

tests('lessons side by side', (test) => {
  test('the first is told as it happens, the others when their turn comes', () =>
    assert.equal(
      reported(
        ['secrets', 'storage', 'sidecar'],
        [
          say('secrets', '1'),
          say('sidecar', '1'),
          say('storage', '1'),
          say('secrets', '2'),
          end('sidecar'),
          end('secrets'),
          say('storage', '2'),
          end('storage'),
        ],
      ),
      [
        ['secrets 1'],
        [],
        [],
        ['secrets 2'],
        [],
        ['secrets ended', 'storage 1'],
        ['storage 2'],
        ['storage ended', 'sidecar 1', 'sidecar ended'],
      ],
    ))

  test('what is of no lesson is told at once', () =>
    assert.equal(
      reported(
        ['secrets', 'storage'],
        [
          { type: 'run', version: '1', lessons: [], target: null },
          say('storage', '1'),
          { type: 'end', exitCode: 0, seconds: 1, lessons: {}, next: null },
        ],
      ),
      [['run'], [], ['end']],
    ))

  test('a lesson that never ends keeps back no more than it must', () =>
    assert.equal(reported(['secrets', 'storage'], [end('storage'), say('secrets', '1')]), [[], ['secrets 1']]))

  test('one lesson is told as it is, and once more when it is played again', () =>
    assert.equal(reported(['storage'], [say('storage', '1'), end('storage'), say('storage', '2'), end('storage')]), [
      ['storage 1'],
      ['storage ended'],
      ['storage 2'],
      ['storage ended'],
    ]))
})
