import * as assert from 'uvu/assert'
import { SteppedClock } from '../../../sandbox/clock.ts'
import { Errno, type Program } from '../../../sandbox/node/process.ts'
import { tests } from '../../support/tests.ts'
import { machine } from '../support/machine.ts'

const text = new TextEncoder()

const echo: Program = async ({ argv, fds }) => {
  await fds.get(1)?.write(text.encode(`${argv.slice(1).join(' ')}\n`))
  return 0
}

const cat: Program = async ({ fds }) => {
  for (;;) {
    const data = (await fds.get(0)?.read(65_536)) ?? new Uint8Array()
    if (data.length === 0) return 0
    await fds.get(1)?.write(data)
  }
}

const spin: Program = async (process) => {
  for (;;) await process.step()
}

const yes: Program = async ({ fds }) => {
  for (;;) await fds.get(1)?.write(text.encode('y\n'))
}

const sleep: Program = async (process) => {
  await process.sleep(Number(process.argv[1]) * 1000)
  return 0
}

const programs = new Map<string, Program>(
  Object.entries({ '/bin/echo': echo, '/bin/cat': cat, '/bin/spin': spin, '/bin/yes': yes, '/bin/sleep': sleep }),
)
const trying = (program: Program) => machine(new Map([...programs, ['/bin/test', program]]))

tests('processes', (test) => {
  test('a program prints and ends', async () => {
    assert.equal(await machine(programs).run(['echo', 'a', 'b']), { stdout: 'a b\n', stderr: '', code: 0 })
  })

  test('a pipeline carries more than a pipe holds', async () => {
    const { run } = trying(async (process) => {
      const [reader, writer] = process.pipe()
      const child = await process.spawn(['cat'], { fds: new Map([...process.fds, [0, reader]]) })
      reader.close()
      for (let i = 0; i < 100; i += 1) await writer.write(new Uint8Array(5000).fill(97))
      writer.close()
      return child.wait()
    })
    const { stdout, code } = await run(['test'])
    assert.is(code, 0)
    assert.is(stdout.length, 500_000)
  })

  test('who writes to nobody dies of SIGPIPE', async () => {
    const { run } = trying(async (process) => {
      const [reader, writer] = process.pipe()
      const child = await process.spawn(['yes'], { fds: new Map([...process.fds, [1, writer]]) })
      writer.close()
      await reader.read(10)
      reader.close()
      return child.wait()
    })
    assert.is((await run(['test'])).code, 141)
  })

  test('the first process ignores SIGTERM, others die of it; SIGKILL ends it', async () => {
    const { start } = machine(programs)
    const first = start(['sleep', '1000'], { first: true })
    assert.is(first.pid, 1)
    const other = start(['sleep', '1000'])
    other.signal('SIGTERM')
    assert.is((await other.ended).code, 143)
    first.signal('SIGTERM')
    const third = start(['spin'])
    first.signal('SIGKILL')
    assert.is((await first.ended).code, 137)
    assert.is((await third.ended).code, 137)
  })

  test('busy loops let others run and can be killed', async () => {
    const { start, run } = machine(programs)
    const loops = [start(['spin']), start(['spin']), start(['yes'])]
    assert.is((await run(['echo', 'still here'])).stdout, 'still here\n')
    for (const loop of loops) loop.signal('SIGKILL')
    for (const loop of loops) assert.is((await loop.ended).code, 137)
  })

  test('there are 256 processes at most', async () => {
    const { run } = trying(async (process) => {
      let made = 0
      try {
        for (;;) {
          await process.spawn(['sleep', '1000'])
          made += 1
        }
      } catch (error) {
        await process.fds.get(1)?.write(text.encode(`${made} ${error instanceof Errno ? error.message : ''}`))
      }
      return 0
    })
    assert.is((await run(['test'])).stdout, '254 Resource temporarily unavailable')
  })

  test('what one has closed is not inherited', async () => {
    const { run } = trying(async (process) => {
      const [reader, writer] = process.pipe()
      writer.close()
      const child = await process.spawn(['echo', 'heard'], {
        fds: new Map([
          [1, writer],
          [2, writer],
        ]),
      })
      await child.wait()
      return (await reader.read(10)).length
    })
    assert.is((await run(['test'])).code, 0)
  })

  test('a handler is called; a stopped process goes on later', async () => {
    const clock = new SteppedClock()
    const { start } = machine(
      new Map<string, Program>([
        [
          '/bin/test',
          async (process) => {
            process.on('SIGUSR1', () => void process.fds.get(1)?.write(text.encode('usr1\n')))
            await process.sleep(1000)
            return 7
          },
        ],
      ]),
      { clock },
    )
    const running = start(['test'])
    running.signal('SIGUSR1')
    running.signal('SIGSTOP')
    await clock.step(2000)
    let ended = false
    void running.ended.then(() => (ended = true))
    await clock.step(1)
    assert.is(ended, false)
    running.signal('SIGCONT')
    const { code, stdout } = await running.ended
    assert.equal({ code, stdout }, { code: 7, stdout: 'usr1\n' })
  })
})
