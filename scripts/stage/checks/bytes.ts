import { runKubectl } from '../../cluster/kubectl.ts'
import type { Setting } from '../setting.ts'
import type { Output, Printed } from '../shell.ts'
import type { Check } from './check.ts'
import { verdict } from './check.ts'

/** Milliseconds that one read by kubectl may take. */
const readLimit = 20_000

/** Bytes: of files and environments in containers, of logs, and of what a command printed. */
export function byteChecks({ env, api, namespace }: Setting) {
  const read = (...args: readonly string[]) => runKubectl('kubectl', args, { env, limit: readLimit })

  /** Runs something in a container without showing it. */
  const inContainer = (pod: string, container: string | undefined, ...argv: readonly string[]) =>
    read('exec', pod, ...(container === undefined ? [] : ['-c', container]), '--', ...argv)

  /** A file in a container. `is` can be waited for: a loop inside the container watches the file. */
  const file = (pod: string, path: string, container?: string) => ({
    is: (expected: string): Check => ({
      what: `${path} in ${pod} says ${JSON.stringify(expected)}`,
      subject: `pod/${pod}`,
      look: async () => {
        const seen = await inContainer(pod, container, 'cat', path)
        return verdict(
          seen.exitCode === 0 && seen.stdout === expected,
          expected,
          seen.exitCode === 0 ? seen.stdout : seen.stderr.trim(),
          `kubectl exec ${pod} -- cat ${path}`,
        )
      },
      settle: async (signal) => {
        const loop = 'n=0; until [ "$(cat "$0")" = "$1" ] || [ $n -ge 600 ]; do sleep 0.1; n=$((n + 1)); done'
        await whileWanted(inContainer(pod, container, 'sh', '-c', loop, path, expected), signal)
      },
    }),
  })

  /** A variable in the environment of a container's first process, as the kernel has it. */
  const variable = (pod: string, name: string, container?: string) => ({
    is: (expected: string): Check => ({
      what: `${name} in ${pod} is ${JSON.stringify(expected)}`,
      look: async () => {
        const seen = await inContainer(pod, container, 'cat', '/proc/1/environ')
        const value = seen.stdout.split('\0').find((entry) => entry.startsWith(`${name}=`))
        return verdict(
          value === `${name}=${expected}`,
          `${name}=${expected}`,
          value ?? `no ${name}`,
          `kubectl exec ${pod} -- env`,
        )
      },
    }),
  })

  const logPath = (pod: string, container: string) =>
    `/api/v1/namespaces/${namespace}/pods/${pod}/log?container=${container}`

  /** The lines of a container's log so far. */
  const logLines = async (pod: string, container: string) => linesOf(await api.text(logPath(pod, container)))

  /** The lines of a container's log, looked at as a whole. Waited for by following it. */
  const log = (pod: string, container: string, what: string, holds: (lines: readonly string[]) => boolean): Check => ({
    what,
    subject: `pod/${pod}`,
    look: async () => {
      const lines = await logLines(pod, container)
      const observed = holds(lines) ? what : lines.slice(-6).join(' | ') || 'an empty log'
      return verdict(holds(lines), what, observed, `kubectl logs ${pod} -c ${container}`)
    },
    settle: async (signal) => {
      const enough = new AbortController()
      const stop = AbortSignal.any([signal, enough.signal])
      const seen = (text: string) => (holds(linesOf(text)) ? enough.abort() : undefined)
      await api.followText(`${logPath(pod, container)}&follow=true`, seen, stop)
    },
  })

  /** What a command of the lesson printed. Read again before it is doubted: kubectl's exec now and then loses output. */
  const printed = (output: Output, what: string, holds: (stdout: string) => boolean): Check => {
    let first: Printed | undefined = output
    return {
      what,
      look: async () => {
        const seen = first ?? (await output.again())
        first = undefined
        const held = holds(seen.stdout)
        return verdict(held, what, held ? what : seen.stdout.trim() || seen.stderr.trim() || 'nothing', output.command)
      },
    }
  }

  return { inContainer, file, variable, log, logLines, printed }
}

/** The lines of a text that are not empty. */
export const linesOf = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '')

function whileWanted(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    signal.addEventListener('abort', () => done(), { once: true })
    void work.finally(() => done())
  })
}
