import { rmSync } from 'node:fs'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { runs } from './child.ts'
import { lastTotal, runFiles, type Tally } from './runner.ts'
import { tests } from './tests.ts'

const root = join(import.meta.dirname, '../..')

// tests.ts as JavaScript: without tsx a file takes a tenth of a second.
const compiled = await mkdtemp(join(tmpdir(), 'tour-runner-'))
process.on('exit', () => rmSync(compiled, { recursive: true }))
const options = ['--ignoreConfig', '--skipLibCheck', '--target', 'es2023', '--module', 'nodenext', '--types', 'node']
const tsc = [join(root, 'node_modules/typescript/bin/tsc'), ...options, '--outDir', compiled]
const compiling = runs(process.execPath, [...tsc, join(import.meta.dirname, 'tests.ts')], {
  env: process.env,
  limit: 60_000,
})

/** What becomes of a test file, or of several, in a folder of their own. */
async function ran(bodies: readonly string[], limit = 20_000): Promise<Tally & { printed: string }> {
  assert.equal((await compiling).output, '')
  const folder = await mkdtemp(join(tmpdir(), 'tour-runner-'))
  try {
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
    await writeFile(join(compiled, 'package.json'), '{ "type": "module" }')
    const modules = join(root, 'node_modules')
    for (const place of [folder, compiled]) await symlink(modules, join(place, 'node_modules')).catch(() => {})
    const preamble = `import { suite } from 'uvu'
      import { tests, rejects } from '${join(compiled, 'tests.js')}'\n`
    const files = bodies.map((_, index) => join(folder, `${index}.test.js`))
    for (const [index, file] of files.entries()) await writeFile(file, preamble + bodies[index])
    let printed = ''
    const print = (line: string) => void (printed += `${line}\n`)
    const { NODE_V8_COVERAGE: _coverage, ...env } = process.env
    const tally = await runFiles(files, { root: folder, jobs: 2, limit, env, node: [], print })
    return { ...tally, printed }
  } finally {
    await rm(folder, { recursive: true })
  }
}

const gives =
  (body: string, passed: number, failed: number, pattern: RegExp = /./, limit?: number) =>
  async () => {
    const result = await ran([body], limit)
    assert.equal([result.passed, result.failed], [passed, failed], result.printed)
    assert.match(result.printed, pattern)
  }

const inSuite = (body: string) => `tests('suite', (test) => { ${body} })`
const fine = `test('fine', () => {})`

tests('the runner passes', (test) => {
  test(
    'a file whose tests pass',
    gives(inSuite(`${fine}; test('also', async () => {})`), 2, 0, /✔ 0\.test\.js {2}2 passed/),
  )
  test('two suites in a file', gives(`${inSuite(fine)}\n${inSuite(fine)}`, 2, 0))
  test('several files, summed', async () => {
    const { passed, failed } = await ran([
      inSuite(fine),
      inSuite(fine),
      inSuite(`${fine}; test('no', () => { throw 1 })`),
    ])
    assert.equal([passed, failed], [3, 1])
  })
  test(
    'hooks around every test, and deferred work before them',
    gives(
      inSuite(`const seen = []
      test.before(() => void seen.push('before'))
      test.before.each(() => void seen.push('each'))
      test.after.each(() => void seen.push('after each'))
      test.after(() => { if (seen.join() !== 'before,each,two,one,after each,each,after each') throw new Error(seen.join()) })
      test('first', ({ defer }) => { defer(() => seen.push('one')); defer(() => seen.push('two')) })
      ${fine}`),
      3,
      0,
    ),
  )
})

tests('the runner fails', (test) => {
  test(
    'a failing test, with its output',
    gives(inSuite(`${fine}; test('no', () => { throw new Error('because') })`), 1, 1, /because/),
  )
  test('no file at all', async () => assert.is((await ran([])).failed, 1))
  test('a file without tests', gives('export {}', 0, 1, /0 summaries/))
  test('a suite without tests', gives(`tests('suite', () => {})`, 0, 1, /no test ran/))
  test("a forgotten run() of uvu's own", gives(`const test = suite('uvu'); test('never run', () => {})`, 0, 1))
  test(
    "a skipped test of uvu's own",
    gives(`const test = suite('uvu'); ${fine}; test.skip('x'); test.run()`, 1, 1, /1 skipped/),
  )
  test(
    "a hook of uvu's own",
    gives(`const test = suite('uvu'); test.before(() => { throw 1 }); ${fine}; test.run()`, 0, 1),
  )
  for (const hook of ['before', 'before.each', 'after.each'])
    test(
      `a failing ${hook}`,
      gives(inSuite(`test.${hook}(() => { throw new Error('the hook') }); ${fine}`), 0, 1, /the hook/),
    )
  test(
    'a failing after',
    gives(inSuite(`test.after(() => { throw new Error('the hook') }); ${fine}`), 1, 1, /the hook/),
  )
  test(
    'failing deferred work',
    gives(inSuite(`test('x', ({ defer }) => defer(() => { throw new Error('late') }))`), 0, 1, /late/),
  )
  test('a thrown value that is no Error', gives(inSuite(`test('x', () => { throw 'a word' })`), 0, 1, /a word/))
  test(
    'a promise that never settles',
    gives(inSuite(`test('x', () => new Promise(() => {}), { limit: 50 })`), 0, 1, /50 ms/),
  )
  test(
    'a promise that should have been rejected',
    gives(inSuite(`test('x', async () => void (await rejects(Promise.resolve(1))))`), 0, 1),
  )
  test(
    'a rejection for another reason',
    gives(inSuite(`test('x', async () => void (await rejects(Promise.reject(new Error('a')), /b/)))`), 0, 1),
  )
  test(
    'a rejection that nobody awaits',
    gives(inSuite(`test('x', () => void Promise.reject(new Error('stray')))`), 1, 1, /stray/),
  )
  test('a syntax error', gives('const', 0, 1))
  test(
    'an exit code without a failing test',
    gives(`${inSuite(fine)}; process.on('exit', () => { process.exitCode = 3 })`, 1, 1, /exit 3/),
  )
  test('an exit before the end', gives(inSuite(`test('x', () => process.exit(0))`), 0, 1))
  test('a process that does not end, killed with what it started', async () => {
    const { failed, printed } = await ran(
      [
        `import { spawn } from 'node:child_process'
       const child = spawn('sleep', ['600'], { stdio: 'inherit' })
       console.log('child', child.pid)
       ${inSuite(fine)}`,
      ],
      3000,
    )
    assert.is(failed, 1)
    assert.match(printed, /still running after 3 s: killed/)
    const pid = Number(/child (\d+)/.exec(printed)?.[1])
    // A zombie is gone too: in a container nobody may be there to reap it.
    const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
    assert.match(state, /^$|\) Z /)
  })
})

tests('the last line and the exit code', (test) => {
  const total = async (args: readonly string[], env: NodeJS.ProcessEnv = {}) => {
    const command = ['--import', 'tsx', 'test/support/run.ts', ...args]
    const { output, code } = await runs(process.execPath, command, {
      cwd: root,
      env: { ...process.env, ...env },
      limit: 20_000,
    })
    return { output, code, total: lastTotal(output) }
  }

  test('say so when a filter matches nothing', async () => {
    const { code, total: said } = await total(['no-such-test'])
    assert.equal([code, said], [1, { passed: 0, failed: 1 }])
  })

  test('say so when the cluster is none of ours, and no test has run', async () => {
    const { code, total: said, output } = await total(['--cluster'], { TOUR_TEST_CLUSTER_DIR: '/no/such/folder' })
    assert.equal([code, said], [1, { passed: 0, failed: 1 }])
    assert.match(output, /^Cluster tests only run on what \.\.\/shared\/cluster\/up has started, and/)
  })
})
