import * as assert from 'uvu/assert'
import headless from '@xterm/headless'
import { imageFor } from '../../../../sandbox/programs/images.ts'
import { eventually, tests } from '../../../support/tests.ts'
import { machine } from '../../support/machine.ts'

/** What is typed, and all that then shows, as the real one's terminal showed it; where lines are edited, only what then is on the screen is the same. */
type Step = readonly [typed: string, shown: string]

async function session(steps: readonly Step[], uid = 0) {
  const running = machine(imageFor('busybox:1.36')).start(['sh'], { tty: true, uid, env: { HOME: '/root' } })
  let expected = `/ ${uid === 0 ? '#' : '$'} `
  const shows = async (text: string, typed: string) => {
    expected += text
    await eventually(() => running.stdout().length >= expected.length, { limit: 3000, every: 5, what: typed }).catch(
      () => {},
    )
    assert.is(running.stdout(), expected, `after ${JSON.stringify(typed)}`)
  }
  await shows('', 'nothing')
  for (const [typed, shown] of steps) {
    await running.write(typed)
    await shows(shown, typed)
  }
  return running
}

tests('the shell at a terminal', (test) => {
  test('runs what is typed, and keeps its prompt up to date', async () => {
    const running = await session([
      ['echo hi\r', 'echo hi\r\nhi\r\n/ # '],
      ['nosuch\r', 'nosuch\r\nsh: nosuch: not found\r\n/ # '],
      ['cd /etc\r', 'cd /etc\r\n/etc # '],
      ['cd\r', 'cd\r\n~ # '],
      ['fi\r', 'fi\r\nsh: syntax error: unexpected "fi"\r\n~ # '],
      ['cd /nosuch\r', "cd /nosuch\r\nsh: cd: can't cd to /nosuch: No such file or directory\r\n~ # "],
      ['echo ${x?}\r', 'echo ${x?}\r\nsh: x: parameter not set\r\n~ # '],
      ['echo $-\r', 'echo $-\r\nsmi\r\n~ # '],
      ['kill -TERM $$\r', 'kill -TERM $$\r\n~ # '],
      ['exit 3\r', 'exit 3\r\n'],
    ])
    assert.is((await running.ended).code, 3)
  })

  test('asks for the rest of what is not complete', async () => {
    await session([
      ['if true; then\r', 'if true; then\r\n> '],
      ['echo y\r', 'echo y\r\n> '],
      ['fi\r', 'fi\r\ny\r\n/ # '],
      ['echo "a\r', 'echo "a\r\n> '],
      ['b"\r', 'b"\r\na\r\nb\r\n/ # '],
      ['cat <<E\r', 'cat <<E\r\n> '],
      ['x\r', 'x\r\n> '],
      ['E\r', 'E\r\nx\r\n/ # '],
      ['if true; then\r', 'if true; then\r\n> '],
      ['\x03', '^C\r\n/ # '],
    ])
  })

  test('edits the line', async () => {
    const running = await session([])
    const terminal = new headless.Terminal({ cols: 80, rows: 24, allowProposedApi: true })
    let seen = 0
    /** The last two lines on the screen, and the cursor's column. */
    const screen = async () => {
      const all = running.stdout()
      await new Promise<void>((done) => terminal.write(all.slice(seen), done))
      seen = all.length
      const { active } = terminal.buffer
      const lines = Array.from({ length: active.cursorY + 1 }, (_, row) => active.getLine(row)?.translateToString(true))
      return [...lines.slice(-2).map((line) => line?.trimEnd()), active.cursorX]
    }
    /** What is expected must not be there already. */
    const typed = async (keys: string, ...expected: readonly (string | number)[]) => {
      await running.write(keys)
      const shown = async () => (await screen()).join() === expected.join()
      await eventually(shown, { limit: 2000, every: 10 }).catch(() => {})
      assert.equal(await screen(), expected, JSON.stringify(keys))
    }
    await typed('echo abc\x1B[D\x1B[D', '/ # echo abc', 10)
    await typed('X\r', 'aXbc', '/ #', 4)
    await typed('\x1B[A', 'aXbc', '/ # echo aXbc', 13)
    await typed('\x7F\r', 'aXb', '/ #', 4)
    await typed('echo a /b\x17c\r', 'a c', '/ #', 4)
    await typed('xyz\x15q', 'a c', '/ # q', 5)
    await typed('\x1B[A\x1B[A', 'a c', '/ # echo aXb', 12)
    await typed('\x1B[B\x1B[B', 'a c', '/ # q', 5)
    await typed('\x15abc\x01X\x05Y\x1A', 'a c', '/ # XabcY', 9)
    await typed('\x03', '/ # XabcY^C', '/ #', 4)
    await typed(`echo ${'x'.repeat(80)}\x01\x0Bq`, '/ # XabcY^C', '/ # q', 5)
    await typed('\x0C', '/ # q', 5)
    await typed('\x15ü\r', 'sh: ü: not found', '/ #', 4)
    await typed('printf abc\r', '/ # printf abc', 'abc/ #', 7)
  })

  test('completes commands and paths', async () => {
    await session([
      ['ec\t', 'echo '],
      ['/etc/pass\t', '/etc/passwd '],
      ['\x03', '^C\r\n/ # '],
      ['ls /e\t', 'ls /etc/'],
      ['\x03', '^C\r\n/ # '],
      ['nosuchcommand\t', 'nosuchcommand\x07'],
      ['\x03', '^C\r\n/ # '],
      ['un\t', 'un\x07'],
      ['\t', '\r\nuname  uniq   unset\r\n\x1B[1G\x1B[0J/ # un\x1B[7G'],
    ])
  })

  test('gives the terminal to what runs in the foreground', async () => {
    await session([
      ['sleep 100\r', 'sleep 100\r\n'],
      ['\x03', '^C\r\n/ # '],
      ['echo $?\r', 'echo $?\r\n130\r\n/ # '],
      ['cat\r', 'cat\r\n'],
      ['x\r', 'x\r\nx\r\n'],
      ['\x04', '/ # '],
      ['(cat)\r', '(cat)\r\n'],
      ['x\r', 'x\r\nx\r\n'],
      ['\x03', '^C\r\n/ # '],
      ['while :; do sleep 100; done\r', 'while :; do sleep 100; done\r\n'],
      ['\x03', '^C\r\n/ # '],
      ['while :; do :; done\r', 'while :; do :; done\r\n'],
      ['\x03', '^C\r\n/ # '],
      ['read x\r', 'read x\r\n'],
      ['\x03', '^C\r\n/ # '],
      ['echo ok\r', 'echo ok\r\nok\r\n/ # '],
    ])
  })

  test('controls jobs', async () => {
    await session([
      ['sleep 100\r', 'sleep 100\r\n'],
      ['\x1A', '^Z[1]+  Stopped                    sleep 100\r\n/ # '],
      ['jobs\r', 'jobs\r\n[1]+  Stopped                    sleep 100\r\n/ # '],
      ['fg\r', 'fg\r\nsleep 100\r\n'],
      ['\x03', '^C\r\n/ # '],
      ['sleep 100 &\r', 'sleep 100 &\r\n/ # '],
      ['kill %1; wait\r', 'kill %1; wait\r\n[1]+  Terminated                 sleep 100\r\n/ # '],
      ['true & wait\r', 'true & wait\r\n[1]+  Done                       true\r\n/ # '],
      ['sh -c "kill -9 \\$\\$"\r', 'sh -c "kill -9 \\$\\$"\r\nKilled\r\n/ # '],
    ])
  })

  test('ends at ^D', async () => {
    const running = await session(
      [
        ['false\r', 'false\r\n/ $ '],
        ['\x04', '\r\n'],
      ],
      1000,
    )
    assert.is((await running.ended).code, 1)
  })
})
