import { array, assert as check, asyncProperty, constantFrom } from 'fast-check'
import * as assert from 'uvu/assert'
import { SteppedClock } from '../../../../sandbox/clock.ts'
import type { Signal } from '../../../../sandbox/contracts.ts'
import { imageFor } from '../../../../sandbox/programs/images.ts'
import { eventually, tests } from '../../../support/tests.ts'
import { machine } from '../../support/machine.ts'

const busybox = () => machine(imageFor('busybox:1.36'))

/** Runs it as a container's first process and signals it when it has printed something, or at once. */
async function signalled(script: string, signal: Signal, first = true) {
  const running = busybox().start(['sh', '-c', script], { first })
  await eventually(() => running.stdout() !== '', { limit: 2000, every: 5, what: 'its first line' })
  running.signal(signal)
  return running
}

tests('a shell among processes', (test) => {
  test('trap ends a wait at once', async () => {
    const running = await signalled(`trap 'echo bye; exit 7' TERM; echo ready; tail -f /dev/null & wait`, 'SIGTERM')
    const { stdout, code } = await running.ended
    assert.equal([stdout, code], ['ready\nbye\n', 7])
  })

  test('trap waits for what runs in the foreground', async () => {
    const clock = new SteppedClock()
    const running = machine(imageFor('busybox:1.36'), { clock }).start([
      'sh',
      '-c',
      `trap 'echo got' TERM; echo ready; sleep 5; echo after`,
    ])
    await eventually(() => running.stdout() !== '', { every: 5 })
    running.signal('SIGTERM')
    await clock.step(4000)
    assert.is(running.stdout(), 'ready\n')
    await clock.step(2000)
    assert.is((await running.ended).stdout, 'ready\ngot\nafter\n')
  })

  test('as process 1 it does not hear what it has no trap for', async () => {
    const running = await signalled('echo ready; while :; do :; done', 'SIGTERM')
    assert.is(await Promise.race([running.ended, new Promise((done) => setTimeout(() => done('alive'), 100))]), 'alive')
    running.signal('SIGKILL')
    assert.is((await running.ended).code, 137)
  })

  test('anywhere else it ends', async () => {
    const running = await signalled('echo ready; while :; do :; done', 'SIGTERM', false)
    assert.is((await running.ended).code, 143)
  })

  test('the last command takes its place, unless there is a trap', async () => {
    const pids = async (script: string) => (await busybox().run(script)).stdout
    assert.is(await pids(`echo $$; exec sh -c 'echo $$'`), '2\n2\n')
    assert.is(await pids(`echo $$; sh -c 'echo $$'`), '2\n2\n')
    assert.is(await pids(`trap : TERM; echo $$; sh -c 'echo $$'`), '2\n3\n')
    assert.is(await pids(`echo $$; sh -c 'echo $$'; true`), '2\n3\n')
  })

  test('a pipe that nobody reads ends its writer', async () => {
    assert.equal(await busybox().run('yes | head -n 2; echo $?'), { stdout: 'y\ny\n0\n', stderr: '', code: 0 })
  })

  test('reads its own input ahead of what it runs', async () => {
    const ended = await busybox().run(['sh'], { stdin: 'read x\nfirst\necho "[$x]"\nif true\nthen echo y\nfi\n' })
    assert.equal(ended, { stdout: '[]\ny\n', stderr: 'sh: first: not found\n', code: 0 })
  })

  test('time is a program', async () => {
    const { stdout, stderr } = await busybox().run('x=1 time sh -c "echo $(( 1 + 1 ))" > /out; cat /out')
    assert.is(stdout, '2\n')
    assert.match(stderr, /^real\t0m 0\.\d\ds\n/)
  })

  test('what it started goes on in the background', async () => {
    const { stdout } = await busybox().run(
      `(echo a; exit 3) & wait $!; echo $?; (exit 4) & p=$!; wait; wait $p; echo $?`,
    )
    assert.is(stdout, 'a\n3\n4\n')
  })
})

tests('a shell at its limits', (test) => {
  const limited = async (script: string) => {
    const { stdout, stderr, code } = await busybox().run(['sh', '-c', script], { first: true })
    return { said: [...new Set((stdout + stderr).split('\n').filter((line) => line !== ''))], code }
  }

  test('a fork bomb says why it grows no more, and ends with its container', async () => {
    const running = busybox().start(['sh', '-c', 'f() { f | f & }; f; while :; do :; done'], { first: true })
    await eventually(() => running.stderr().includes('\n'), { every: 5, what: 'its first complaint' })
    running.signal('SIGKILL')
    const { stderr, code } = await running.ended
    assert.equal([...new Set(stderr.split('\n'))], ["sh: can't fork: Resource temporarily unavailable", ''])
    assert.is(code, 137)
  })

  test('each of a pipeline in the background may be ended', async () => {
    const ended = await busybox().run('yes | sleep 100 & kill $!; wait $!; echo $?; ps -o comm | grep -c yes')
    assert.equal([ended.stdout, ended.stderr], ['143\n0\n', 'Terminated\n'])
  })

  test('endless recursion is a fault', async () => {
    assert.equal(await limited('f() { f; }; f'), { said: [], code: 139 })
    assert.equal(await limited('f() { eval f; }; f'), { said: [], code: 139 })
    assert.equal(await limited('echo ". /a" > /a; . /a'), { said: [], code: 139 })
    assert.is((await limited('f() { x=$(f); }; f')).code, 2)
  })

  test('a variable does not grow without end', async () => {
    assert.equal(await limited('x=a; while :; do x=$x$x; done'), { said: [], code: 137 })
    assert.equal(await limited('x=$(yes)'), { said: [], code: 137 })
  })

  test('patterns take linear time', async () => {
    const stars = '*a'.repeat(30)
    const script = `x=$(head -c 20000 /dev/zero | tr '\\0' a); case $x in ${stars}z) echo y;; *) echo n;; esac
      y=\${x%%${stars}z}; echo \${#y}; y=\${x//${stars}z/}; echo \${#y}`
    const started = performance.now()
    assert.is((await busybox().run(script)).stdout, 'n\n20000\n20000\n')
    assert.ok(performance.now() - started < 3000)
  })

  test('nesting is an error, not a crash', async () => {
    const deep = (text: string) => limited(`eval "$(yes '${text}' | head -n 20000 | tr -d '\\n')"`)
    for (const text of ['(', '{ ', '$(', '${a:-', 'if ']) assert.is((await deep(text)).code, 2, text)
    assert.is((await limited(`echo $(( $(yes '(' | head -n 20000 | tr -d '\\n') ))`)).code, 2)
  })

  test('names that JavaScript knows are names like all others', async () => {
    const script = `__proto__=1; constructor=2; toString() { echo f; }; toString; echo "$__proto__ $constructor"; export __proto__; env | grep __proto__`
    assert.is((await busybox().run(script)).stdout, 'f\n1 2\n__proto__=1\n')
    assert.is(
      (await busybox().run('constructor; echo $?; [ a toString b ]; echo $?; trap x hasOwnProperty; echo $?')).stdout,
      '127\n2\n1\n',
    )
  })

  test('whatever is typed, it ends or can be ended, and by no fault of ours', () =>
    check(
      asyncProperty(array(constantFrom(...words), { minLength: 1, maxLength: 14 }), async (typed) => {
        const running = busybox().start(['sh', '-c', typed.join('')], { first: true, stdin: 'in\n' })
        // It may well be a loop without end.
        const late = setTimeout(() => running.signal('SIGKILL'), 500)
        const { stderr } = await running.ended
        clearTimeout(late)
        assert.not.match(stderr, 'Segmentation fault')
      }),
      { numRuns: 300 },
    ))
})

/** All that a shell's grammar has, and some that it has not; each ends in the sign. */
const words = [
  'echo §cat§read x§set -- a b§eval §exec §trap "echo t" EXIT§exit 3§return§break§wait§local y§unset x§set -eu; ',
  'if §then §else §fi§for i in §while §do §done§case § in §esac§;;§f()§f§{§}§[[ § ]]§[ § ]§!',
  '"§\'§`§$(§)§(§$((§))§${x§${x:-§${x/§${x%§${x:1:§$x§$@§$*§${#x}§$!§{a,b}§~§*§?§\\§#',
  '; §\n§|§&&§||§&§>§<§>>§<<E\n§E\n§2>&1§>&-§<<<§ §x§=§1§é§\u{1F600}§__proto__',
].flatMap((line) => line.split('§'))
