import { execFileSync } from 'node:child_process'
import * as assert from 'uvu/assert'
import { quote } from '../../scripts/cluster/quote.ts'
import { tests } from '../support/tests.ts'

const odd = [
  '',
  ' ',
  "'",
  "''",
  `'"'"'`,
  '"',
  '\\',
  "\\'",
  '$(touch /tmp/no)',
  '`id`',
  '$HOME ${HOME} $$',
  'a\nb',
  'a\tb',
  '*',
  '~',
  '?[a-z]{1,2}',
  '-n',
  '--flag=a b',
  'a;b&c|d>e<f',
  '#comment',
  '!history',
  'grün ✔ 𝄞',
  '\u0001\u007F',
  'arn:aws:eks:eu-1:1:cluster/x y',
  'trailing\n',
]

/** What the machine's own shell makes of these words. */
const read = (shell: string, words: readonly string[]) =>
  execFileSync(shell, ['-c', `for word in ${words.map(quote).join(' ')}; do printf '%s\\0' "$word"; done`], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: '/somewhere' },
  })
    .split('\0')
    .slice(0, -1)

tests('quote', (test) => {
  for (const word of odd)
    test(`${JSON.stringify(word)} is one word, as it is`, () =>
      assert.equal(read('/bin/sh', ['a', word, 'b']), ['a', word, 'b']))

  test('so is each of many, made up of all that a shell has a meaning for', () => {
    const letters = [...`'"\\$\`!#&|;<>(){}[]*?~ \t\n=%a1-`]
    // A generator of its own: a failure must come again.
    let seed = 42
    const next = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below
    const words = Array.from({ length: 500 }, () =>
      Array.from({ length: next(9) }, () => letters[next(letters.length)] ?? '').join(''),
    )
    assert.equal(read('/bin/sh', words), words)
    assert.equal(read('bash', words), words)
  })

  test('what needs no quotes has none', () => {
    for (const word of ['pod/web-0', 'a=b,c', 'nginx:1.25', '50%', '/etc/x.y', 'me@host', '-o'])
      assert.is(quote(word), word)
  })
})
