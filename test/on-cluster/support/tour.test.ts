import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { rejects, tests } from '../../support/tests.ts'
import { temporary } from './temporary.ts'
import { type Options, tour, tourOnTerminal } from './tour.ts'
import { kubectlWrapper } from './wrapper.ts'

/** Plays a program that stands for the tour. */
async function playing(program: string, args: readonly string[] = [], options: Partial<Options> = {}) {
  const file = join(temporary(), 'program.mjs')
  await writeFile(file, program)
  process.env['TOUR_TEST_PROGRAM'] = file
  return tour(args, { kubeconfig: '/no/such/kubeconfig', ...options })
}

tests('tour', (test) => {
  test('gives what was said, and how it ended', async () => {
    const { ended } = await playing(`console.log(process.argv[2]); console.error('but'); process.exitCode = 4`, [
      '--auto',
    ])
    const { stdout, stderr, code, signal, events } = await ended
    assert.equal(
      { stdout, stderr, code, signal, events },
      { stdout: '--auto\n', stderr: 'but\n', code: 4, signal: null, events: [] },
    )
  })

  test("has a learner's environment, and none of this machine's", async () => {
    process.env['CI'] = 'true'
    const { ended, home } = await playing('console.log(JSON.stringify(process.env))', [], { env: { EXTRA: '1' } })
    const env = JSON.parse((await ended).stdout) as NodeJS.ProcessEnv
    assert.equal([env['HOME'], env['KUBECONFIG'], env['LANG'], env['EXTRA']], [home, '/no/such/kubeconfig', 'C', '1'])
    assert.equal([env['CI'], env['KUBERC'], env['FORCE_COLOR']], [undefined, undefined, undefined])
  })

  test('reads what it is sent, or nothing', async () => {
    const program = `let all = ''; for await (const text of process.stdin) all += text; console.log('[' + all + ']')`
    assert.is((await (await playing(program, [], { input: 'yes' })).ended).stdout, '[yes]\n')
    assert.is((await (await playing(program)).ended).stdout, '[]\n')
  })

  test('waits for an event, and for words', async () => {
    const program = `console.log('{"type":"say","text":"one"}\\n{"type":"say",'); console.log('"text":"two"}\\nstray')
      setTimeout(() => console.log('{"type":"end","exitCode":0}'), 200)`
    const { event, says, ended } = await playing(program, ['-o', 'json'])
    assert.is((await event(({ type }) => type === 'end')).type, 'end')
    assert.is((await says(/o(n)e/))[1], 'n')
    await rejects(
      event(({ type }) => type === 'clean'),
      /ended without an event like .*clean/,
    )
    const { events, strays } = await ended
    assert.equal(
      events.map(({ type }) => type),
      ['say', 'end'],
    )
    assert.equal(strays, ['{"type":"say",', '"text":"two"}', 'stray'])
  })

  test('is sent signals', async () => {
    const { says, kill, ended } = await playing(
      `process.on('SIGINT', () => process.exit(130)); console.log('on'); setInterval(() => {}, 9e3)`,
    )
    await says(/on/)
    kill('SIGINT')
    assert.is((await ended).code, 130)
  })

  test('is killed when it takes too long', async () => {
    const { ended } = await playing(`console.log('so far'); setInterval(() => {}, 9e3)`, [], { limit: 700 })
    await rejects(ended, /still playing after 0\.7 s; the tour said:\nso far/)
  })

  test('plays on a terminal', async ({ defer }) => {
    await playing('')
    await writeFile(
      process.env['TOUR_TEST_PROGRAM'] ?? '',
      `console.log(process.stdout.isTTY, process.stdout.columns, process.env.HOME.includes('tour-test-'))`,
    )
    const { exit, screen, kill } = tourOnTerminal([], { kubeconfig: '/no/such/kubeconfig', cols: 60 })
    defer(kill)
    await exit
    assert.is(screen(), 'true 60 true')
  })

  test('is told on for what it leaves running', async ({ defer }) => {
    const { ended, leftRunning } = await playing(
      `import { spawn } from 'node:child_process'
       const child = spawn('sleep', ['61'], { detached: true, stdio: 'ignore' }); child.unref(); console.log(child.pid)`,
    )
    const pid = Number((await ended).stdout)
    defer(() => process.kill(pid))
    assert.equal(await leftRunning(), ['sleep 61'])
  })
})

tests('kubectlWrapper', (test) => {
  const kubectl = async (rules: Parameters<typeof kubectlWrapper>[0]) => {
    const real = join(temporary(), 'real')
    await writeFile(real, '#!/bin/sh\necho "real $*"\nexit 3\n')
    await chmod(real, 0o755)
    const wrapper = await kubectlWrapper(rules, real)
    const program = `import { spawnSync } from 'node:child_process'
      for (const line of process.argv.slice(2)) {
        const { stdout, status } = spawnSync(${JSON.stringify(wrapper)}, line.split(' '))
        process.stdout.write(stdout + String(status) + '\\n')
      }`
    return async (...lines: string[]) => (await (await playing(program, lines)).ended).stdout
  }

  test('lets alone what does not match', async () => {
    const run = await kubectl([{ when: '^apply', instead: 'echo no' }])
    assert.is(await run('get pods'), 'real get pods\n3\n')
  })

  test('interferes before, after and instead', async () => {
    const run = await kubectl([
      { when: '^apply -f', before: 'echo "before $2"' },
      { when: 'pod.yaml', after: 'echo "it\'s after $code"; exit 9' },
      { when: '^delete', instead: 'echo instead; exit 7' },
      { when: '^delete', instead: '"$REAL" never' },
    ])
    assert.is(await run('apply -f pod.yaml'), "before -f\nreal apply -f pod.yaml\nit's after 3\n3\n")
    assert.is(await run('delete x'), 'instead\n7\n')
  })

  test('once, or whenever it matches', async () => {
    const run = await kubectl([
      { when: 'get', before: 'echo first', once: true },
      { when: 'get', instead: '"$REAL" list' },
    ])
    assert.is(await run('get a', 'get b'), 'first\nreal list\n3\nreal list\n3\n')
  })
})
