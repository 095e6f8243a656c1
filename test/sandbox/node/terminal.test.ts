import * as assert from 'uvu/assert'
import type { Program } from '../../../sandbox/node/process.ts'
import { imageFor } from '../../../sandbox/programs/images.ts'
import { eventually, tests } from '../../support/tests.ts'
import { machine } from '../support/machine.ts'

const busybox = imageFor('busybox:1.36')

/** Reads line by line and says what it has read. */
const reader: Program = async ({ fds }) => {
  for (;;) {
    const line = (await fds.get(0)?.read(100)) ?? new Uint8Array()
    await fds.get(1)?.write(Buffer.from(`<${Buffer.from(line).toString().trim()}>\n`))
    if (line.length === 0) return 5
  }
}

const onTerminal = (argv: readonly string[], program?: Program) => {
  const programs = new Map([...busybox.programs, ...(program === undefined ? [] : [['/bin/it', program] as const])])
  return machine({ ...busybox, programs }).start(argv, { tty: true })
}

tests('a terminal', (test) => {
  test('edits a line: erase, ^W, ^U, and ^D at its start ends the input', async () => {
    const running = onTerminal(['it'], reader)
    await running.write('ab\u007Fc\r')
    await running.write('one two\u0017three\r')
    await running.write('gone\u0015ü\u007Fkept\r')
    await running.write('half\u0004')
    await running.write('\u0004')
    const { stdout, code } = await running.ended
    const answers = [...stdout.matchAll(/<(?<line>.*)>\r\n/g)].map(({ groups }) => groups?.['line'])
    assert.equal(answers, ['ac', 'one three', 'kept', 'half', ''])
    assert.is(code, 5)
    assert.match(stdout, 'ab\b \bc\r\n')
  })

  test('raw: byte by byte, without echo', async () => {
    const running = onTerminal(['it'], async (process) => {
      const terminal = process.fds.get(0)?.terminal
      if (terminal !== undefined) terminal.raw = true
      const bytes = await process.fds.get(0)?.read(10)
      return bytes?.[0] ?? 0
    })
    await running.write('\u0003')
    assert.equal(await running.ended, { code: 3, stdout: '', stderr: '' })
  })

  test('^C goes to the foreground alone, ^\\ too; the background is stopped when it reads', async () => {
    const running = onTerminal(['it'], async (process) => {
      process.on('SIGINT', 'ignore')
      const background = await process.spawn(['cat'], { group: 'new' })
      const foreground = await process.fork(
        async (child) => {
          child.on('SIGINT', 'default')
          await child.sleep(100_000)
          return 0
        },
        { group: 'new' },
      )
      const terminal = process.fds.get(0)?.terminal
      if (terminal !== undefined) terminal.foreground = foreground.pid
      const code = await foreground.wait()
      const state = process.processes().find(({ pid }) => pid === background.pid)?.state
      await process.fds.get(1)?.write(Buffer.from(`${code} ${state}\n`))
      process.kill(background.pid, 'SIGKILL')
      return background.wait()
    })
    await eventually(() => running.terminal !== undefined && running.terminal.foreground !== running.terminal.session)
    await running.write('\u0003')
    const { stdout, code } = await running.ended
    assert.is(stdout, '^C130 T\r\n')
    assert.is(code, 137)
  })

  test('a new size is told to the foreground, and its end to all who have it', async () => {
    const running = onTerminal(['it'], async (process) => {
      let sized = 0
      process.on('SIGWINCH', () => (sized += 1))
      const terminal = process.fds.get(0)?.terminal
      await process.fds.get(1)?.write(Buffer.from('up\n'))
      await process.fds.get(0)?.read(10)
      await process.fds.get(1)?.write(Buffer.from(`${sized} ${terminal?.columns}x${terminal?.rows}\n`))
      await process.sleep(1_000_000)
      return 0
    })
    await eventually(() => running.stdout() === 'up\r\n')
    running.terminal?.resize(100, 30)
    await running.write('\r')
    await eventually(() => running.stdout().endsWith('1 100x30\r\n'))
    running.terminal?.hangUp()
    assert.is((await running.ended).code, 129)
  })
})
