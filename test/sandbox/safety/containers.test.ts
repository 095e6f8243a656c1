import * as assert from 'uvu/assert'
import { eventually, tests } from '../../support/tests.ts'
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

/** What takes memory without end. */
const hungry = ['a=a; while :; do a=$a$a; done', 'a=$(yes)', 'tail -c 1000000000 /dev/zero']

tests(
  'what runs in containers',
  (test) => {
    const sandbox = shipped()
    test.before(async () => (await sandbox).pod('box'))
    test.before.each(async () => (await sandbox).answers())

    test('loops and forks without end, and everybody else is served', async ({ defer }) => {
      const { pod, sh, answers, must } = await sandbox
      defer(() => must('delete', 'pod', '--now', 'loop', 'bomb'))
      await pod('loop', { command: ['sh', '-c', 'while :; do :; done'] })
      await pod('bomb', { command: ['sh', '-c', 'f(){ f|f & }; f; sleep 1000'] })
      await eventually(async () => (await must('logs', 'bomb', '--tail=1')).includes("can't fork"))
      assert.is(await must('logs', 'bomb', '--tail=1'), "sh: can't fork: Resource temporarily unavailable\n")
      assert.is(await sh('box', 'echo here'), 'here\n')
      await answers()
    })

    for (const [what, script, said] of quick)
      test(`is said of: ${what}`, async () => {
        const { sh } = await sandbox
        const printed = await sh('box', script)
        if (typeof said === 'string') assert.is(printed, said)
        else assert.match(printed, said)
      })

    test('fills the disk, which is full, and has room again', async () => {
      const { sh } = await sandbox
      assert.match(await sh('box', 'yes > /tmp/big'), 'No space left on device')
      assert.match(await sh('box', 'echo x > /tmp/more'), 'No space left on device')
      assert.is(await sh('box', 'rm /tmp/big; echo x > /tmp/more; cat /tmp/more'), 'x\n')
    })

    test('prints without end, of which the last 10 MB are kept', async ({ defer }) => {
      const { pod, must, answers } = await sandbox
      defer(() => must('delete', 'pod', '--now', 'log'))
      await pod('log', { command: ['yes', 'y'.repeat(100)] })
      await eventually(async () => (await must('logs', 'log')).length > 6 << 20, { limit: 60_000 })
      await answers()
      assert.ok((await must('logs', 'log')).length < 11 << 20)
      assert.is(await must('logs', 'log', '--tail=2'), `${'y'.repeat(100)}\n`.repeat(2))
    })

    test('takes all memory, and is killed for it', async () => {
      const { pod, must, kubectl } = await sandbox
      await Promise.all(
        hungry.map((script, index) => pod(`eater-${index}`, { command: ['sh', '-c', `sleep 2; ${script}`] })),
      )
      const reason = 'jsonpath={.status.containerStatuses[0].lastState.terminated.reason}'
      for (const index of hungry.keys())
        await eventually(async () => (await must('get', 'pod', `eater-${index}`, '-o', reason)) === 'OOMKilled', {
          limit: 60_000,
          what: `${hungry[index]} is OOMKilled`,
        })
      await kubectl('delete', 'pod', ...hungry.map((_script, index) => `eater-${index}`), '--now')
    })
  },
  { limit: 90_000 },
)
