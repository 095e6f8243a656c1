import type { Setting } from '../setting.ts'
import type { Output } from '../shell.ts'
import { byteChecks, linesOf } from './bytes.ts'
import type { Check, Verdict } from './check.ts'
import { verdict } from './check.ts'

/** What the containers of one Pod share, and what they do not. */
export function containerChecks(setting: Setting) {
  const { journal, pace } = setting
  const { inContainer, log, logLines } = byteChecks(setting)

  /** The Pod has exactly these containers, and each is ready. */
  const containersReady = (name: string, ...containers: readonly string[]): Check => {
    const expected = containers.map((each) => `${each} is ready`).join(', ')
    return {
      what: expected,
      subject: `pod/${name}`,
      look: () => {
        const pod = journal.pod(name)
        const isReady = (container: string) =>
          pod?.status?.containerStatuses?.find((each) => each.name === container)?.ready === true
        const seen = (pod?.spec?.containers ?? []).map(
          (each) => `${each.name} is ${isReady(each.name) ? '' : 'not '}ready`,
        )
        const observed = seen.join(', ') || 'no such Pod'
        return verdict(observed === expected, expected, observed, `kubectl describe pod ${name}`)
      },
    }
  }

  /** Two commands printed the same, and not nothing. */
  const samePrinted = (one: Output, other: Output): Check =>
    compared('the same output, byte for byte', one, other, (first, second) => first === second)

  /** What the first command printed is how the output of the second begins, and is not nothing. */
  const beginsLike = (one: Output, other: Output): Check =>
    compared('the same lines in both', one, other, (first, second) => second.startsWith(first))

  /** Whether containers are in one namespace of a kind, as the kernel has it: there it carries the same number for all of them. */
  const namespace = (kind: 'net' | 'pid', shared: boolean, pod: string, containers: readonly string[]): Check => {
    const expected = `${shared ? 'one' : 'each its own'} ${kind === 'net' ? 'network' : 'process'} namespace`
    return {
      what: expected,
      look: async () => {
        const link = `/proc/self/ns/${kind}`
        const seen = await Promise.all(containers.map((each) => inContainer(pod, each, 'readlink', link)))
        const numbers = seen.map(({ stdout }) => stdout.trim())
        const isRead = numbers.every((each) => each.startsWith(`${kind}:[`))
        const observed = containers.map((each, index) => `${each} in ${numbers[index] || seen[index]?.stderr.trim()}`)
        return verdict(
          isRead && new Set(numbers).size === (shared ? 1 : containers.length),
          expected,
          observed.join(', '),
          `kubectl exec ${pod} -c ${containers[0]} -- readlink ${link}`,
        )
      },
    }
  }
  const oneNetwork = (pod: string, ...containers: readonly string[]) => namespace('net', true, pod, containers)
  const ownProcesses = (pod: string, ...containers: readonly string[]) => namespace('pid', false, pod, containers)

  /** A file that has something in it, the same from every one of these containers. */
  const sameFile = (pod: string, path: string, ...containers: readonly string[]): Check => {
    const expected = `${path} is the same in ${containers.join(' and ')}`
    return {
      what: expected,
      look: async () => {
        const seen = await Promise.all(containers.map((each) => inContainer(pod, each, 'cat', path)))
        const contents = new Set(seen.map(({ exitCode, stdout }) => (exitCode === 0 ? stdout : '')))
        const holds = contents.size === 1 && !contents.has('')
        const differing = containers.map(
          (each, index) => `${each}: ${brief(seen[index]?.stdout || seen[index]?.stderr)}`,
        )
        return verdict(
          holds,
          expected,
          holds ? expected : differing.join('; '),
          `kubectl exec ${pod} -c ${containers.at(-1)} -- cat ${path}`,
        )
      },
    }
  }

  /**
   * The lines that a container's log gains from now on: a request by each of these agents, in this order, from localhost, and no other.
   * The same again is allowed, for a command whose output got lost asks again; so are others after them where somebody is there to make them.
   */
  const requestsFromNow = async (pod: string, container: string, ...agents: readonly string[]) => {
    const before = (await logLines(pod, container)).length
    const expected = `a request by ${agents.join(', then one by ')}, from localhost, and no other`
    const judge = (lines: readonly string[]): Verdict => {
      const seen = lines.slice(before).map(requestIn)
      const counted = pace.attended ? agents.length : Math.max(agents.length, seen.length)
      const holds =
        seen.length >= agents.length &&
        counted % agents.length === 0 &&
        seen
          .slice(0, counted)
          .every(({ from, agent }, index) => isLocalhost(from) && isBy(agent, agents[index % agents.length]))
      const told = seen.map(({ from, agent }) => `from ${from} by ${agent}`)
      return verdict(holds, expected, told.join('; ') || 'no request', `kubectl logs ${pod} -c ${container}`)
    }
    return {
      logged: {
        ...log(
          pod,
          container,
          `${container} has printed ${agents.length} lines more`,
          (lines) => lines.length >= before + agents.length,
        ),
        subject: '',
      },
      printedBy: (output: Output): Check => {
        const read = inTurn(output)
        return { what: expected, look: async () => judge(linesOf((await read())[0] ?? '')) }
      },
    }
  }

  /** What a command printed begins with every line that a container has logged so far. */
  const hasAllOfLog = (output: Output, pod: string, container: string): Check => {
    const read = inTurn(output)
    return {
      what: `all lines that ${container} has logged`,
      look: async () => {
        const [logged, printed] = [await logLines(pod, container), linesOf((await read())[0] ?? '')]
        const kept = logged.findIndex((line, index) => line !== printed[index])
        const count = kept === -1 ? logged.length : kept
        return verdict(
          logged.length > 0 && kept === -1,
          `the ${logged.length} lines that ${container} had logged`,
          `${count} of ${logged.length} lines from before are still there`,
          output.command,
        )
      },
    }
  }

  return { containersReady, samePrinted, beginsLike, oneNetwork, ownProcesses, sameFile, requestsFromNow, hasAllOfLog }
}

/** What commands of the lesson printed. They run again before they are doubted: kubectl's exec now and then loses output. */
function inTurn(...outputs: readonly Output[]): () => Promise<readonly string[]> {
  let first = true
  return async () => {
    const read: string[] = []
    for (const output of outputs) read.push((first ? output : await output.again()).stdout)
    first = false
    return read
  }
}

function compared(
  expected: string,
  one: Output,
  other: Output,
  agree: (first: string, second: string) => boolean,
): Check {
  const read = inTurn(one, other)
  return {
    what: expected,
    look: async () => {
      const [first = '', second = ''] = await read()
      const holds = first !== '' && agree(first, second)
      const size = linesOf(first).length
      const observed = holds ? `${expected} (${size} lines)` : `${brief(first)} and ${brief(second)}`
      return verdict(holds, expected, observed, one.command)
    },
  }
}

/** A line of nginx's access log: whom the request came from, and the program that made it (the third text in quotes). */
function requestIn(line: string): { readonly from: string; readonly agent: string } {
  const [, , agent = [line]] = [...line.matchAll(/"([^"]*)"/g)]
  return { from: line.split(' ')[0] ?? '', agent: agent.at(-1) ?? '' }
}

const isLocalhost = (address: string) => address === '127.0.0.1' || address === '::1'

const isBy = (agent: string, program = '') => agent.toLowerCase().startsWith(program.toLowerCase())

/** The first line of a text, with quotes around it. */
function brief(text = ''): string {
  const [first, ...more] = linesOf(text)
  if (first === undefined) return 'nothing'
  return `${JSON.stringify(first.slice(0, 100))}${more.length > 0 ? ` and ${more.length} more lines` : ''}`
}
