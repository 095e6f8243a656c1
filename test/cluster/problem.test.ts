import * as assert from 'uvu/assert'
import { exit, misused, Problem, refused, sentenceOf, worst } from '../../scripts/cluster/problem.ts'
import { tests } from '../support/tests.ts'

tests('the exit code of several', (test) => {
  const table: readonly (readonly [readonly number[], number])[] = [
    [[], 0],
    [[0, 0], 0],
    [[0, 1], 1],
    [[3, 1, 0], 1],
    [[3, 0], 3],
    [[2, 3], 3],
    [[1, 4, 3], 4],
    [[4, 130], 130],
    [[130, 4, 1, 3], 130],
    [[143, 4], 143],
    [[4, 129], 129],
    [[0, 17], 17],
  ]
  for (const [codes, code] of table) test(`[${codes.join(' ')}] is ${code}`, () => assert.is(worst(codes), code))
})

tests('a problem', (test) => {
  test('is a sentence, a way out and an exit code', () => {
    const cause = new Error('why')
    const { message, wayOut, exitCode, cause: kept } = refused('No.', 'do that', { cause })
    assert.equal([message, wayOut, exitCode, kept], ['No.', 'do that', exit.refused, cause])
  })
  test('of usage points at the help', () => {
    assert.equal([misused('No.').exitCode, misused('No.').wayOut], [2, 'see kubectl tour --help'])
    assert.ok(misused('No.') instanceof Problem)
  })
  test('whatever was thrown has a sentence', () => {
    assert.is(sentenceOf(new Error('a')), 'a')
    assert.is(sentenceOf('b'), 'b')
    assert.is(sentenceOf(undefined), 'undefined')
  })
})
