import * as assert from 'uvu/assert'
import { sectionNamed, words } from '../../scripts/cli/names.ts'
import { nearest, notKnown } from '../../scripts/cluster/nearest.ts'
import { tests } from '../support/tests.ts'

tests('names', (test) => {
  test('no word means two things', () => {
    const all = [...words.commands, ...words.sections]
    assert.equal(all, [...new Set(all)])
  })

  test('every word for a section but all names a lesson', () => {
    assert.equal(
      words.sections.filter((word) => sectionNamed(word) === undefined),
      ['all'],
    )
  })

  test('what a user of kubectl would try', () => {
    const tried = 'configmaps configmap secret pods pvc pv postgres statefulsets sts'.split(' ')
    assert.equal(
      tried.map((word) => sectionNamed(word)),
      ['secrets', 'secrets', 'secrets', 'sidecar', 'storage', 'storage', 'storage', 'statefulset', 'statefulset'],
    )
  })

  test('large letters are the same', () => assert.is(sectionNamed('PVC'), 'storage'))
  test('a command is no section', () => assert.is(sectionNamed('clean'), undefined))
})

tests('nearest', (test) => {
  const among = ['secrets', 'storage', 'sts', 'all']
  const table: readonly (readonly [string, string | undefined])[] = [
    ['secerts', 'secrets'],
    ['secret', 'secrets'],
    ['strage', 'storage'],
    ['st', 'sts'],
    ['deployment', undefined],
    ['x', undefined],
    ['xy', undefined],
    ['', undefined],
  ]
  for (const [word, found] of table)
    test(`${JSON.stringify(word)}: ${found ?? 'none'}`, () => assert.is(nearest(word, among), found))
  test('among none', () => assert.is(nearest('secrets', []), undefined))
})

tests('a word that is not known', (test) => {
  test('with one near', () =>
    assert.equal(notKnown('shell', 'bahs', ['bash', 'zsh']), ['There is no shell "bahs".', 'did you mean bash?']))
  test('with none near', () =>
    assert.equal(notKnown('shell', 'powershell', ['bash', 'zsh']), [
      'There is no shell "powershell".',
      'there are bash, zsh',
    ]))
  test('with a shorter list', () =>
    assert.equal(notKnown('shell', 'powershell', ['bash', 'zsh'], ['bash'])[1], 'there are bash'))
  test('quoted, so that blanks and controls are seen', () =>
    assert.is(notKnown('shell', 'a\nb', ['bash'])[0], String.raw`There is no shell "a\nb".`))
})
