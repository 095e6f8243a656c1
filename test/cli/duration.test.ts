import * as assert from 'uvu/assert'
import { duration } from '../../scripts/cli/duration.ts'
import { tests } from '../support/tests.ts'

const table: readonly (readonly [string, number | undefined])[] = [
  ['30s', 30_000],
  ['5m', 300_000],
  ['1m30s', 90_000],
  ['500ms', 500],
  ['2h', 7_200_000],
  ['1h1m1s1ms', 3_661_001],
  ['1.5s', 1500],
  ['0.5h', 1_800_000],
  ['45', 45_000],
  ['0', undefined],
  ['0s', undefined],
  ['0m0s', undefined],
  ['', undefined],
  ['-1s', undefined],
  ['1', 1000],
  ['1.5', undefined],
  ['1 s', undefined],
  ['s', undefined],
  ['1d', undefined],
  ['1M', undefined],
  ['5m ', undefined],
  ['1e3s', undefined],
]

tests('a time', (test) => {
  for (const [text, milliseconds] of table)
    test(`${JSON.stringify(text)} is ${milliseconds ?? 'none'}`, () => assert.is(duration(text), milliseconds))
})
