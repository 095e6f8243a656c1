import * as assert from 'uvu/assert'
import { keys, type Options, terminal } from './terminal.ts'
import { rejects, type Context, tests } from './tests.ts'

const started = ({ defer }: Context, script: string, options: Partial<Options> = {}) => {
  const shown = terminal({ command: ['bash', '--norc', '-c', script], ...options })
  defer(() => shown.kill('SIGKILL'))
  return shown
}

tests('terminal', (test) => {
  test('is one to the program, of the given size', async (context) => {
    const { exit, screen } = started(context, '[ -t 0 ] && [ -t 1 ] && [ -t 2 ] && stty size', { cols: 60, rows: 12 })
    assert.equal(await exit, { code: 0, signal: null })
    assert.is(screen(), '12 60')
  })

  test('types, and waits for an answer', async (context) => {
    const { type, waitFor, exit, screen } = started(context, 'read -p "who? " who; echo "hello, $who"; exit 3')
    await waitFor('who?')
    type(`you${keys.enter}`)
    await waitFor(/^hello, you$/m)
    assert.equal(await exit, { code: 3, signal: null })
    assert.is(screen(), 'who? you\nhello, you')
  })

  test('shows what a person would see, not what was written', async (context) => {
    const { exit, screen, raw, cursor } = started(context, String.raw`printf '\e[31mfirst\e[0m\r\e[2Ksecond\n'`)
    await exit
    assert.is(screen(), 'second')
    assert.match(raw(), '\x1b[31mfirst')
    assert.equal(cursor(), { x: 0, y: 1 })
  })

  test('keeps what has scrolled away', async (context) => {
    const { exit, screen, history } = started(context, 'seq 1 30', { rows: 10 })
    await exit
    assert.is(screen().split('\n')[0], '22')
    assert.is(history().split('\n')[0], '1')
  })

  test('interrupts', async (context) => {
    const { type, waitFor, exit } = started(
      context,
      'trap "echo stopped; exit 130" INT; echo ready; while :; do sleep 0.1; done',
    )
    await waitFor('ready')
    type(keys.interrupt)
    await waitFor('stopped')
    assert.equal(await exit, { code: 130, signal: null })
  })

  test('is resized', async (context) => {
    const { resize, waitFor } = started(context, 'trap "stty size" WINCH; echo ready; while :; do sleep 0.1; done')
    await waitFor('ready')
    resize(40, 20)
    await waitFor('20 40')
  })

  test('answers a program that asks where the cursor is', async (context) => {
    const { waitFor } = started(context, `printf 'abc\\e[6n'; read -rsd R at; echo " at \${at#*[}"`)
    await waitFor('at 1;4')
  })

  test('kills with a signal', async (context) => {
    const { kill, waitFor, exit } = started(context, 'echo ready; sleep 60')
    await waitFor('ready')
    kill('SIGTERM')
    assert.is((await exit).signal, 'SIGTERM')
  })

  test('shows the screen when waiting was in vain', async (context) => {
    const { waitFor } = started(context, 'echo something else; sleep 60')
    await rejects(
      waitFor('the right thing', 500),
      /500 ms passed before the right thing was on the screen:\nsomething else/,
    )
  })

  test('ends a wait with the program', async (context) => {
    const { waitFor } = started(context, 'echo bye')
    await rejects(waitFor('the right thing'), /ended before the right thing was on the screen:\nbye/)
  })
})
