import type { ApiObject } from '../cluster/api.ts'
import type { Pod } from '../cluster/journal.ts'
import { runKubectl } from '../cluster/kubectl.ts'
import type { Check, Verdict } from './check.ts'
import { all, equal, fact, verdict } from './check.ts'
import type { Setting } from './setting.ts'
import type { Output } from './shell.ts'

export type Checks = ReturnType<typeof checksFor>

/** Milliseconds that one read by kubectl may take. */
const readLimit = 20_000

/** The things that a lesson can look at. */
export function checksFor({ journal, api, namespace, env }: Setting) {
  const read = (...args: readonly string[]) => runKubectl('kubectl', args, { env, limit: readLimit })

  /** A Pod is Ready, and is not the one that stood under this name before. */
  const ready = (name: string, insteadOf?: Pod): Check => ({
    what: `${name} is Ready`,
    subject: `pod/${name}`,
    look: () => {
      const pod = journal.pod(name)
      const isNew = pod !== undefined && pod.metadata.uid !== insteadOf?.metadata.uid && pod.metadata.deletionTimestamp === undefined
      return verdict(isNew && isReady(pod), `${name} is Ready`, pod === undefined ? 'no such Pod' : phaseOf(pod), `kubectl describe pod ${name}`)
    },
  })

  /** No Pod of this name any more, or another one than `which`. */
  const gone = (name: string, which?: Pod): Check => ({
    what: `${name} is gone`,
    subject: `pod/${name}`,
    look: () => {
      const pod = journal.pod(name)
      return verdict(pod === undefined || (which !== undefined && pod.metadata.uid !== which.metadata.uid), 'gone', pod === undefined ? 'gone' : phaseOf(pod))
    },
  })

  const inContainer = (pod: string, container: string | undefined, ...argv: readonly string[]) =>
    read('exec', pod, ...(container === undefined ? [] : ['-c', container]), '--', ...argv)

  /** The bytes of a file in a container. `is` can be waited for: a loop inside the container watches the file. */
  const file = (pod: string, path: string, container?: string) => ({
    is: (expected: string): Check => ({
      what: `${path} in ${pod} says ${JSON.stringify(expected)}`,
      look: async () => {
        const seen = await inContainer(pod, container, 'cat', path)
        return verdict(seen.exitCode === 0 && seen.stdout === expected, expected, seen.exitCode === 0 ? seen.stdout : seen.stderr.trim(), `kubectl exec ${pod} -- cat ${path}`)
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
        return verdict(value === `${name}=${expected}`, `${name}=${expected}`, value ?? `no ${name}`, `kubectl exec ${pod} -- env`)
      },
    }),
  })

  /** The lines of a container's log, looked at as a whole. */
  const log = (pod: string, container: string | undefined, what: string, holds: (lines: readonly string[]) => boolean): Check => ({
    what,
    subject: `pod/${pod}`,
    look: async () => {
      const seen = await read('logs', pod, ...(container === undefined ? [] : ['-c', container]))
      const lines = seen.stdout.split('\n').filter((line) => line !== '')
      return verdict(seen.exitCode === 0 && holds(lines), what, seen.exitCode === 0 ? lines.slice(-6).join(' | ') || 'nothing' : seen.stderr.trim(), `kubectl logs ${pod}`)
    },
  })

  /** What a command of the lesson printed. Read again before it is doubted: kubectl's exec now and then loses output. */
  const printed = (output: Output, what: string, holds: (stdout: string) => boolean): Check => {
    let first: Output | undefined = output
    return {
      what,
      look: async () => {
        const seen: Output = first ?? (await output.again())
        first = undefined
        return verdict(holds(seen.stdout), what, seen.stdout.trim() || seen.stderr.trim() || 'nothing', output.command)
      },
    }
  }

  /** Same Pod, same container, never restarted since `before` was read. */
  const sameContainer = (before: Pod, container?: string): Check => ({
    what: 'the same container, not restarted',
    look: (): Verdict => {
      const after = journal.pod(before.metadata.name ?? '')
      const [old, now] = [identityOf(before, container), after === undefined ? 'no such Pod' : identityOf(after, container)]
      return verdict(old === now, old, now, `kubectl get pod ${before.metadata.name} -o yaml`)
    },
  })

  /** No object of this name: asked of the API server itself. */
  const absent = (apiVersion: string, kind: string, ...names: readonly string[]): Check => ({
    what: `no ${kind} ${names.join(', ')}`,
    look: async () => {
      const found = await Promise.all(names.map((name) => api.find({ apiVersion, kind, name, namespace })))
      const left = found.flatMap((object) => (object === undefined ? [] : [object.metadata.name ?? '']))
      return verdict(left.length === 0, `no ${kind} ${names.join(', ')}`, left.length === 0 ? 'none' : `${left.join(', ')} still there`, `kubectl get ${kind.toLowerCase()}`)
    },
  })

  /** What a ConfigMap keeps, byte for byte. */
  const stored = (kind: 'ConfigMap', name: string, data: Readonly<Record<string, string>>): Check => {
    const expected = listed(data)
    return {
      what: expected,
      look: async () => {
        const object = await api.get<ApiObject & { readonly data?: Record<string, string> }>({ apiVersion: 'v1', kind, name, namespace })
        const observed = listed(object.data ?? {})
        return verdict(observed === expected, expected, observed, `kubectl get ${kind.toLowerCase()} ${name} -o yaml`)
      },
    }
  }

  /** What a Secret keeps under a key: not the value itself, and what decodes to it. */
  const encoded = (name: string, key: string, value: string): Check => ({
    what: `${key} decodes to ${value}`,
    look: async () => {
      const secret = await api.get<ApiObject & { readonly type?: string; readonly data?: Record<string, string> }>({ apiVersion: 'v1', kind: 'Secret', name, namespace })
      const kept = secret.data?.[key] ?? ''
      const decoded = Buffer.from(kept, 'base64').toString()
      const holds = secret.type === 'Opaque' && kept !== value && decoded === value
      return verdict(holds, `type Opaque, ${key} encoded, and decoding to ${value}`, `type ${secret.type}, ${kept} decodes to ${decoded}`, `kubectl get secret ${name} -o yaml`)
    },
  })

  /** Under the same name there stands a Pod of another UID. */
  const anotherPod = (before: Pod): Check => ({
    what: `${before.metadata.name} is another Pod`,
    look: () => {
      const after = journal.pod(before.metadata.name ?? '')
      const [old, now] = [before.metadata.uid ?? '', after?.metadata.uid]
      return verdict(now !== undefined && now !== old, 'another UID', now === undefined ? 'no such Pod' : `${old.slice(0, 8)} before, ${now.slice(0, 8)} now`)
    },
  })

  return { stored, encoded, anotherPod, ready, gone, file, variable, log, printed, sameContainer, absent, inContainer, all, equal, fact }
}

export const isReady = (pod: Pod) => pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true

const phaseOf = (pod: Pod) => (pod.metadata.deletionTimestamp === undefined ? (pod.status?.phase ?? 'no status yet') : 'Terminating')

/** Pod UID, container ID and restart count of one container, or of all. */
function identityOf(pod: Pod, container?: string): string {
  const statuses = (pod.status?.containerStatuses ?? []).filter(({ name }) => container === undefined || name === container)
  return [`uid ${pod.metadata.uid?.slice(0, 8)}`, ...statuses.map(({ containerID, restartCount }) => `container ${shortId(containerID)}, ${restartCount} restarts`)].join(', ')
}

export const shortId = (containerID: string | undefined) => (containerID ?? 'none').replace(/^.*:\/\//, '').slice(0, 12)

const listed = (data: Readonly<Record<string, string>>) =>
  Object.keys(data)
    .sort()
    .map((key) => `${key}: ${data[key]}`)
    .join(', ')

function whileWanted(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    signal.addEventListener('abort', () => done(), { once: true })
    void work.finally(() => done())
  })
}
