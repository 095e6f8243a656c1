import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'
import * as assert from 'uvu/assert'
import { keys, type Terminal, terminal } from '../support/terminal.ts'
import { type Context, eventually, tests } from '../support/tests.ts'
import { type Cluster, cluster } from './support/cluster.ts'
import { searchPath, temporary } from './support/temporary.ts'
import { tour, tourOnTerminal } from './support/tour.ts'
import { kubectlWrapper } from './support/wrapper.ts'

/** What stands below every pause. */
const prompt = 'enter: go on'
const namespace = 'tour-secrets'
const patience = 60_000

tests(
  'interactive',
  (test) => {
    let kit: Cluster
    test.before(async () => {
      kit = await cluster()
    })

    const isThere = async () => (await kit.kubectl('get', 'namespace', namespace)).code === 0

    /** Whether the namespace that this tour made is there: by now it may be the next one's. */
    const isHeldBy = async (pid: number) => {
      const path = String.raw`jsonpath={.metadata.annotations.kubectl-tour/pid}`
      return (await kit.kubectl('get', 'namespace', namespace, '-o', path)).stdout === String(pid)
    }

    /** The tour on a terminal, once nobody else plays there; cleaned when the test has ended. */
    async function played(
      { defer }: Context,
      args: readonly string[],
      options: { readonly cols?: number; readonly env?: NodeJS.ProcessEnv } = {},
    ): Promise<Learner> {
      await eventually(async () => !(await isThere()), { limit: 240_000, every: 1000, what: `${namespace} is free` })
      const shown = tourOnTerminal(args, {
        kubeconfig: kit.kubeconfig,
        rows: 60,
        ...options,
        env: { LANG: 'C.UTF-8', ...options.env },
      })
      defer(async () => {
        shown.kill('SIGKILL')
        await tour(['clean', 'secrets'], { kubeconfig: kit.kubeconfig }).ended
      })
      return learner(shown)
    }

    test('the menu: Esc leaves', async (context) => {
      const { pid, type, waitFor, exit } = await played(context, [])
      await waitFor('What shall it be?', patience)
      type(keys.escape)
      assert.equal(await exit, { code: 0, signal: null })
      assert.is(await isHeldBy(pid), false)
    })

    test('the menu: arrows and enter play a lesson', async (context) => {
      const { pid, type, waitFor, pauses, exit, history } = await played(context, [])
      await waitFor(/❯ {3}ConfigMaps and Secrets/, patience)
      type(keys.down)
      await waitFor(/❯ {3}Pods with more than one container/)
      type(keys.up)
      await waitFor(/❯ {3}ConfigMaps and Secrets/)
      type(keys.enter)
      await pauses(1)
      type('q')
      await waitFor('Clean up before leaving?')
      type(keys.enter)
      assert.equal(await exit, { code: 0, signal: null })
      assert.match(history(), `${namespace} is gone: 0 objects, 0 volumes left.`)
      assert.is(await isHeldBy(pid), false)
    })

    test('every key of a lesson', async (context) => {
      const { pid, type, waitFor, pauses, count, exit, history, raw } = await played(context, ['secrets'])
      await pauses(1)
      assert.match(history(), '✔ S1')
      assert.not.match(history(), 'kubectl create secret')

      type('?')
      await waitFor('a shell of your own, on this cluster and namespace')
      await pauses(2)
      type('a')
      await pauses(3)
      assert.is(count('Values that anybody may see live in a ConfigMap.'), 2)
      type('m')
      await waitFor('No manifest has been applied yet.')
      await pauses(4)

      // The rest of the first step has a pause of its own: the next one is in the second.
      type('s')
      await pauses(5)
      assert.match(history(), /✔ S2[^]*✔ S3|✔ S2[^]*• S3/)
      assert.match(history(), '2/6 As environment variables')
      assert.match(history(), '✔ S5')
      type('m')
      await waitFor('# config-pod.yaml')
      assert.match(history(), /command: # the trap: as PID 1, sh ignores a TERM it does not handle/)
      await pauses(6)

      type('!')
      await waitFor('A shell of your own, on kind-tour')
      type(`kubectl config view --minify -o 'jsonpath=<{..namespace}>'${keys.enter}`)
      await waitFor(`<${namespace}>`, patience)
      type(`exit${keys.enter}`)
      await waitFor('Back in the lesson.')
      await pauses(7)

      // While commands run and waits last, keys go nowhere: one enter is one group, whatever is typed ahead.
      type(keys.enter)
      await waitFor('$ kubectl apply -f config-pod-volume.yaml')
      type(`q${keys.enter}qs${keys.enter}`)
      await pauses(8)
      await sleep(1500)
      assert.is(count(prompt), 8)
      assert.not.match(history(), 'Clean up before leaving?')
      assert.match(history(), '✔ S6')
      type('m')
      await waitFor('# config-pod-volume.yaml')
      assert.is(count('# config-pod.yaml'), 1)
      await pauses(9)

      type(keys.enter)
      await pauses(10)
      assert.match(history(), '✔ S7')
      type(keys.enter)
      await waitFor('h: hurry', patience)
      assert.not.match(history(), 'kubectl annotate pod')
      type('h')
      await waitFor('$ kubectl annotate pod config-test-vol', patience)
      await pauses(11)
      assert.match(history(), /✔ S8 +the files changed, and[\s\S]*?changed after [\d.]+ s, hurried by an\s+annotation/)

      type('r')
      await waitFor('Play this lesson again from its start?')
      type(keys.enter)
      await pauses(12)
      assert.is(count('1/6 Configuration'), 1)
      type('r')
      await waitFor(/again from its start\? › \(y\/N\)\s*$/)
      type('y')
      await pauses(13)
      assert.is(count('1/6 Configuration'), 2)
      assert.is(count(`${namespace} is gone`), 1)

      type('q')
      await waitFor(/Clean up before leaving\? › \(Y\/n\)\s*$/)
      type('n')
      assert.equal(await exit, { code: 0, signal: null })
      assert.match(history(), 'Nothing was cleaned: kubectl tour clean does that.')
      assert.is(await isHeldBy(pid), true)
      assert.is(widest(raw(), 80), '')

      const cleaned = await tour(['clean'], { kubeconfig: kit.kubeconfig }).ended
      assert.is(cleaned.code, 0, cleaned.stderr)
      assert.match(cleaned.stdout, `${namespace} is gone: 0 objects, 0 volumes left.`)
      assert.is(await isHeldBy(pid), false)
    })

    test('at 60 columns, to the end', async (context) => {
      const { pid, type, pauses, count, exit, history, raw } = await played(context, ['secrets'], { cols: 60 })
      for (let number = 1; number <= 10; number += 1) {
        const over = await Promise.race([pauses(number).then(() => false), exit.then(() => true)])
        if (over) break
        type('s')
      }
      assert.equal(await exit, { code: 0, signal: null })
      assert.ok(count(prompt) >= 4, history())
      assert.match(history(), /secrets: 11 of 12 claims proven, 1 told in \d+ s\. tour-secrets is gone/)
      assert.match(history(), 'Next: kubectl tour sidecar')
      assert.is(widest(raw(), 60), '')
      assert.is(await isHeldBy(pid), false)
    })

    test('Ctrl-C at a pause', async (context) => {
      const { pid, type, pauses, exit, history } = await played(context, ['secrets'])
      await pauses(1)
      type(keys.interrupt)
      assert.equal(await exit, { code: 130, signal: null })
      assert.match(history(), 'Stopping, and cleaning up first. Once more leaves at once.')
      assert.match(history(), `${namespace} is gone`)
      assert.is(await isHeldBy(pid), false)
    })

    test('Ctrl-C during a wait', async (context) => {
      const { pid, type, pauses, waitFor, exit, history } = await played(context, [
        'secrets',
        '--from',
        'what a change',
      ])
      await pauses(1)
      assert.match(history(), '✔ S7')
      type(keys.enter)
      await waitFor('h: hurry', patience)
      type(keys.interrupt)
      assert.equal(await exit, { code: 130, signal: null })
      assert.is(await isHeldBy(pid), false)
    })

    test('Ctrl-C during a command', async (context) => {
      const slow = await kubectlWrapper([{ when: '^get configmap', before: 'sleep 45' }])
      const { pid, type, waitFor, exit } = await played(context, ['secrets', '--kubectl', slow])
      await waitFor('$ kubectl get configmap app-config', patience)
      const started = performance.now()
      type(keys.interrupt)
      assert.equal(await exit, { code: 130, signal: null })
      assert.ok(performance.now() - started < 40_000, 'it waited for the command')
      assert.is(await isHeldBy(pid), false)
    })

    test('a second Ctrl-C leaves at once', async (context) => {
      const { pid, type, pauses, waitFor, exit, history } = await played(context, ['secrets'])
      await pauses(1)
      type(keys.interrupt)
      await waitFor('Stopping, and cleaning up first.')
      type(keys.interrupt)
      assert.equal(await exit, { code: 130, signal: null })
      assert.match(history(), 'Left at once. Something may be left behind: run kubectl tour clean.')
      const cleaned = await tour(['clean'], { kubeconfig: kit.kubeconfig }).ended
      assert.is(cleaned.code, 0, cleaned.stdout + cleaned.stderr)
      assert.is(await isHeldBy(pid), false)
    })

    test('NO_COLOR', async (context) => {
      const { type, pauses, waitFor, exit, raw } = await played(context, ['secrets'], { env: { NO_COLOR: '1' } })
      await pauses(1)
      type('q')
      await waitFor('Clean up before leaving?')
      type(keys.enter)
      await exit
      const codes = raw()
        .split('\u001B[')
        .flatMap((piece) => /^([\d;]*)m/.exec(piece)?.[1] ?? [])
      assert.equal(
        codes.filter((code) => /(^|;)[349]\d/.test(code)),
        [],
      )
    })

    test('the terminal is given back as it was', async (context) => {
      await eventually(async () => !(await isThere()), { limit: 240_000, every: 1000, what: `${namespace} is free` })
      const program = join(import.meta.dirname, '../../bin/kubectl-tour.ts')
      const script =
        'before=$(stty -g); "$0" --import "$1" "$2" secrets; echo "code $?"; [ "$before" = "$(stty -g)" ] && echo same'
      const shown = terminal({
        command: ['bash', '--norc', '-c', script, process.execPath, import.meta.resolve('tsx'), program],
        env: { KUBECONFIG: kit.kubeconfig, HOME: temporary(), PATH: searchPath() },
        rows: 60,
      })
      context.defer(async () => {
        shown.kill('SIGKILL')
        await tour(['clean', 'secrets'], { kubeconfig: kit.kubeconfig }).ended
      })
      const { type, pauses, waitFor, exit, raw } = learner(shown)
      await pauses(1)
      type('r')
      await waitFor('Play this lesson again from its start?')
      type(keys.enter)
      await pauses(2)
      type(keys.interrupt)
      await waitFor(/code 130\nsame$/, patience)
      await exit
      assert.ok(raw().lastIndexOf('\u001B[?25h') >= raw().lastIndexOf('\u001B[?25l'), 'the cursor is hidden')
    })

    test('TERM=dumb is no terminal to play on', async (context) => {
      const { exit, history } = await played(context, ['secrets'], { env: { TERM: 'dumb' } })
      assert.equal(await exit, { code: 2, signal: null })
      assert.match(history(), 'There is no terminal to play on.')
      assert.match(history(), 'pass --auto')
    })

    test('nor is a pipe', async () => {
      const { code, stdout, stderr } = await tour(['secrets'], { kubeconfig: kit.kubeconfig, input: '\n\n' }).ended
      assert.equal([code, stdout], [2, ''])
      assert.match(stderr, /^There is no terminal to play on\.\n {2}pass --auto/)
    })

    test('without a terminal the menu is the list', async () => {
      const { code, stdout } = await tour([], { kubeconfig: kit.kubeconfig }).ended
      assert.is(code, 0)
      assert.match(stdout, /^secrets +ConfigMaps and Secrets/)
    })
  },
  { limit: 400_000 },
)

interface Learner extends Terminal {
  /** All that was on the screen, as if in one line. */
  readonly history: () => string
  /** Waits for the pause of this number, counted from the start. */
  readonly pauses: (number: number) => Promise<unknown>
  /** How often it was on the screen so far. */
  readonly count: (text: string) => number
}

function learner(shown: Terminal): Learner {
  const history = () => shown.history().replaceAll(/\s+/g, ' ')
  const count = (text: string) => history().split(text).length - 1
  const pauses = (number: number) =>
    eventually(() => count(prompt) >= number, { limit: 120_000, what: `pause ${number}` }).catch((error: Error) => {
      throw new Error(`${error.message}:\n${shown.history().slice(-3000)}`)
    })
  return { ...shown, history, count, pauses }
}

/** The first line of ours that is wider than the terminal: commands and what they print are not ours. */
function widest(raw: string, columns: number): string {
  let printed = false
  for (const line of raw.split('\r\n')) {
    // The spinner draws over its own line: each of its states is looked at.
    const drawn = line
      .replaceAll('\u001B[1G', '\r')
      .replaceAll('\u001B[2K', '\r')
      .split('\r')
      .map(stripVTControlCharacters)
    if (drawn.some((state) => /^[$#] /.test(state))) printed = true
    else if (drawn.every((state) => state === '')) printed = false
    const isCommand = printed || drawn.some((state) => /^(look from a second terminal:| +look at )/.test(state))
    const wide = drawn.find((state) => state.length > columns)
    if (!isCommand && wide !== undefined) return wide
  }
  return ''
}
