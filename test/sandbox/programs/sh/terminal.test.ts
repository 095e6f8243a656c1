import * as assert from 'uvu/assert'
import { imageFor } from '../../../../sandbox/programs/images.ts'
import { eventually, tests } from '../../../support/tests.ts'
import { machine } from '../../support/machine.ts'

/** What is typed, and all that then shows, as the real one's terminal showed it; where only our redrawing differs, as ours does. */
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
    await session([
      ['echo abc', 'echo abc'],
      ['\x1B[D\x1B[D', '\b\b'],
      ['X\r', '\r/ # echo aXbc\x1B[J\b\bbc\r\naXbc\r\n/ # '],
      ['\x1B[A', '\r/ # echo aXbc\x1B[J'],
      ['\x7F\r', '\b\x1B[J\r\naXb\r\n/ # '],
      ['echo a b\x17c\r', 'echo a b\b\x1B[Jc\r\na c\r\n/ # '],
      ['xyz\x15', 'xyz\r/ # \x1B[J'],
      ['abc\x03', 'abc^C\r\n/ # '],
      ['\x0C', '\x1B[H\x1B[J\r/ # \x1B[J'],
      ['ü\r', 'ü\r\nsh: ü: not found\r\n/ # '],
    ])
  })

  test('completes commands and paths', async () => {
    await session([
      ['ec\t', 'echo '],
      ['/etc/pass\t', '/etc/passwd '],
      ['\x03', '^C\r\n/ # '],
      ['ls /e\t', 'ls /etc/'],
      ['\x03', '^C\r\n/ # '],
      ['nosuchcommand\t', 'nosuchcommand\x07'],
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
