import * as assert from 'uvu/assert'
import { tests } from '../../support/tests.ts'
import { shipped } from './sandbox.ts'

const a48 = 'a'.repeat(48)
const stars = `${'*a'.repeat(24)}*b`

/** What a learner may write, with what it says: each at once. */
const quick: readonly (readonly [what: string, script: string, said: RegExp | string])[] = [
  ['grep', `echo ${a48}b | grep -cE '^(a+)+$'`, '0\n'],
  ['sed', `echo ${a48}b | sed -E 's/^(a+)+$/x/'`, `${a48}b\n`],
  ['[[ =~ ]]', `[[ ${a48}b =~ ^(a+)+$ ]]; echo $?`, '1\n'],
  ['case', `case ${a48}c in ${stars}) echo yes;; *) echo no;; esac`, 'no\n'],
  ['${##}', `v=${a48}c; echo \${v##${stars}}`, `${a48}c\n`],
  ['a glob', `touch /tmp/${a48}c; echo /tmp/${stars}`, `/tmp/${stars}\n`],
  ['find -name', `find /tmp -name '${stars}'`, ''],
  ['deep parentheses', 'eval "$(head -c 100000 /dev/zero | tr "\\0" "(")"', /syntax error|out of memory|Segmentation/],
  [
    'deep arithmetic',
    'echo $(($(head -c 100000 /dev/zero | tr "\\0" "(")1))',
    /arithmetic|out of memory|Segmentation|syntax/,
  ],
]

tests(
  'what runs in containers',
  (test) => {
    const sandbox = shipped()
    test.before(async () => (await sandbox).pod('box'))
    test.before.each(async () => (await sandbox).answers())

    for (const [what, script, said] of quick)
      test(`is said of: ${what}`, async () => {
        const { sh } = await sandbox
        const printed = await sh('box', script)
        if (typeof said === 'string') assert.is(printed, said)
        else assert.match(printed, said)
      })
  },
  { limit: 90_000 },
)
