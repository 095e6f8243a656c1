import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { promisify } from 'node:util'
import * as assert from 'uvu/assert'
import { temporary } from '../on-cluster/support/temporary.ts'
import type { Tour } from '../on-cluster/support/tour.ts'
import { tour } from '../on-cluster/support/tour.ts'
import { eventually, tests } from '../support/tests.ts'

/** Somebody with a kubectl and no cluster; TMPDIR is theirs alone, so that what stays in it is seen. */
function someone() {
  const tmp = temporary()
  const run = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
    tour(args, { kubeconfig: '', env: { TMPDIR: tmp, XDG_RUNTIME_DIR: tmp, ...env } })
  // tsx keeps what it has compiled there.
  const left = async () => (await readdir(tmp)).filter((name) => !name.startsWith('tsx-'))
  return { run, left }
}

const processOf = async ({ pid }: Tour): Promise<number> => {
  const { stdout } = await promisify(execFile)('pgrep', ['-P', String(pid), '-f', 'sandbox/main'])
  return Number(stdout)
}

const isGone = (pid: number) => {
  try {
    return !process.kill(pid, 0)
  } catch {
    return true
  }
}

tests(
  'the sandbox',
  (test) => {
    test('is what the doctor finds where there is no cluster, and goes with it', async () => {
      const { run, left } = someone()
      const doctor = run(['doctor'])
      const { code, stdout, stderr } = await doctor.ended
      assert.is(code, 0, stderr)
      assert.match(stdout, /^sandbox +simulated on this machine, and without CRDs/m)
      assert.match(stdout, 'All 4 lessons can be played.')
      assert.equal(await left(), [])
      assert.equal(await readdir(doctor.home), [])
    })

    test('has to be asked for in CI', async () => {
      const { run } = someone()
      const { code, stderr, stdout } = await run(['secrets', '--auto'], { CI: 'true' }).ended
      assert.is(code, 3)
      assert.match(stderr, '--sandbox')
      assert.is(stdout, '')
    })

    test('says where it may not write', async () => {
      const nowhere = { TMPDIR: '/dev/null/no', XDG_RUNTIME_DIR: '/dev/null/no' }
      for (const args of [
        ['secrets', '--auto', '--sandbox'],
        ['sandbox', 'start'],
      ]) {
        const { code, stderr } = await someone().run(args, nowhere).ended
        assert.match(
          stderr,
          /^The sandbox has no folder to write in: ENOTDIR: .*\n {2}point TMPDIR.* at a folder that you/,
        )
        assert.is(code, 3)
      }
    })

    test('stays in the background until it is stopped', async () => {
      const { run, left } = someone()
      const said = async (...args: readonly string[]) => {
        const { code, stdout } = await run(['sandbox', ...args]).ended
        return [code, stdout] as const
      }
      assert.equal(await said('status'), [3, 'No sandbox is running.\n'])
      assert.match((await said('start'))[1], 'The sandbox is running.')
      const [code, exported] = await said('start', '--export')
      assert.is(code, 0)
      assert.match(exported, /^export KUBECONFIG=\S+\nexport KUBECACHEDIR=\S+\n$/)
      assert.match((await said('start'))[1], 'was running already')
      const script = `${exported}kubectl create configmap a --from-literal=b=c && kubectl get cm a -o jsonpath={.data.b}; kubectl config set-context --current --namespace=kube-system >&2`
      const { stdout } = await promisify(execFile)('/bin/sh', ['-ec', script])
      assert.is(stdout, 'configmap/a created\nc')
      assert.match((await run(['status', '--sandbox']).ended).stdout, "Nothing of the tour's is there.")
      assert.equal(await said('stop'), [0, 'The sandbox is gone, with all that was in it.\n'])
      assert.equal(await said('stop'), [0, 'No sandbox is running.\n'])
      assert.equal(await left(), [])
    })

    test('that dies is said to have died, and nothing is left to clean', async () => {
      const { run } = someone()
      const playing = run(['secrets', '--auto', '--sandbox'])
      await playing.says(/config-test created/)
      process.kill(await processOf(playing), 'SIGKILL')
      const { code, stderr } = await playing.ended
      assert.is(code, 1)
      assert.match(stderr, 'The sandbox has died, and with it all that was in it: 0 objects are left.')
      const cleaned = await run(['clean', '--sandbox']).ended
      assert.equal([cleaned.code, cleaned.stderr], [0, 'No sandbox is running: 0 objects, 0 volumes left.\n'])
    })

    for (const signal of ['SIGINT', 'SIGKILL'] as const)
      test(`goes with a tour that ends by ${signal}`, async () => {
        const { run, left } = someone()
        const playing = run(['secrets', '--auto', '--sandbox'])
        await playing.says(/config-test created/)
        const sandbox = await processOf(playing)
        playing.kill(signal)
        const { code, signal: by, stdout } = await playing.ended
        if (signal === 'SIGINT') assert.match(stdout, /tour-secrets is\s+gone: 0\s+objects/)
        assert.equal([code, by], signal === 'SIGINT' ? [130, null] : [null, 'SIGKILL'])
        await eventually(() => isGone(sandbox), { limit: 10_000, what: 'the sandbox is gone' })
        // What a killed tour leaves is its own throw-away folder, and the next one takes it.
        const folders = async () => (await left()).filter((name) => !name.startsWith('kubectl-tour-'))
        await eventually(async () => (await folders()).length === 0, { limit: 10_000, what: 'its folder is gone' })
      })
  },
  { limit: 90_000 },
)
