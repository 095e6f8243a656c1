import type { Pod } from '../../cluster/journal.ts'
import type { Setting } from '../setting.ts'
import { byteChecks } from './bytes.ts'
import type { Check, Verdict } from './check.ts'
import { verdict } from './check.ts'
import { isReady } from './pods.ts'

/** The Pods of a Deployment, whose names nobody knows beforehand, and the database in one of them. */
export function postgresChecks(setting: Setting) {
  const { journal } = setting
  const { inContainer } = byteChecks(setting)

  /** The Pods that carry a label and are not on their way out, without one that was there before. */
  const labelled = (label: string, insteadOf: Pod | undefined) => {
    const [key = '', value] = label.split('=')
    return journal.pods.filter(
      ({ metadata }) =>
        metadata.labels?.[key] === value &&
        metadata.deletionTimestamp === undefined &&
        metadata.uid !== insteadOf?.metadata.uid,
    )
  }

  /** A Pod with this label (`app=postgres`) is Ready, and is not the one that was there before. */
  const readyLabelled = (label: string, insteadOf?: Pod): Check => ({
    what: `a ${insteadOf === undefined ? '' : 'new '}Pod with ${label} is Ready`,
    get subject() {
      const [pod] = labelled(label, insteadOf)
      return pod === undefined ? '' : `pod/${pod.metadata.name}`
    },
    timed: true,
    look: () => {
      const pods = labelled(label, insteadOf)
      const observed = pods.map(({ metadata, status }) => `${metadata.name} is ${status?.phase}`).join(', ')
      return verdict(
        pods.some(isReady),
        `a Pod with ${label} is Ready`,
        observed === '' ? 'no such Pod' : observed,
        `kubectl describe pod -l ${label}`,
      )
    },
  })

  /** A controller put `now` in the place of `before`: other name, other UID. Tells for how long both were there. */
  const replaced = (before: Pod, now: Pod): Check => ({
    what: 'another Pod, under another name',
    look: () => {
      const differs = before.metadata.uid !== now.metadata.uid && before.metadata.name !== now.metadata.name
      const observed = `${before.metadata.name} before, ${now.metadata.name} now`
      return verdict(
        differs,
        'a Pod of another name and UID',
        `${observed}${together(before, now)}`,
        `kubectl get pods`,
      )
    },
  })

  const together = (before: Pod, now: Pod): string => {
    const at = (type: string, { metadata }: Pod) =>
      journal.podHistory.find((change) => change.type === type && change.object.metadata.uid === metadata.uid)?.at
    const [came, went] = [at('ADDED', now), at('DELETED', before)]
    if (came === undefined || went === undefined) return ''
    return came < went ? `, and for ${((went - came) / 1000).toFixed(1)} s both` : ', one after the other'
  }

  /** The lesson's table, asked of the server itself. Asking for a row, it remembers when that server had been started. */
  const postgres = () => {
    let earlier: number | undefined
    const query = 'SELECT extract(epoch FROM pg_postmaster_start_time()), note FROM test'
    const ask = async ({ metadata }: Pod) => {
      const { stdout, stderr, exitCode } = await inContainer(
        metadata.name ?? '',
        undefined,
        'psql',
        '-U',
        'postgres',
        '-XAt',
        '-c',
        query,
      )
      const rows = stdout.split('\n').flatMap((line) => (line === '' ? [] : [line.split('|')]))
      const answer = exitCode === 0 ? `${rows.length} ${rows.length === 1 ? 'row' : 'rows'} in test` : stderr.trim()
      return {
        notes: rows.map(([, note]) => note),
        started: rows[0] === undefined ? undefined : Number(rows[0][0]),
        answer,
      }
    }

    /** The table holds one row, with this note. */
    const holds = (pod: Pod, note: string): Check => ({
      what: `a row that says ${note}`,
      look: async (): Promise<Verdict> => {
        const { notes, started, answer } = await ask(pod)
        earlier ??= started
        const held = notes.length === 1 && notes[0] === note
        return verdict(
          held,
          `one row in test: ${note}`,
          held ? `${answer}: ${note}` : answer,
          `kubectl logs ${pod.metadata.name}`,
        )
      },
    })

    /** The server is another process: it was started later than the one that was asked first. */
    const startedAgain = (pod: Pod): Check => ({
      what: 'the server was started again',
      look: async () => {
        const { started, answer } = await ask(pod)
        if (earlier === undefined || started === undefined)
          return verdict(
            false,
            'a server that was started later',
            started === undefined ? answer : 'no earlier start to compare with',
          )
        return verdict(
          started > earlier,
          'a server that was started later',
          `server started ${(started - earlier).toFixed(1)} s after the first`,
          `kubectl logs ${pod.metadata.name}`,
        )
      },
    })

    return { holds, startedAgain }
  }

  return { readyLabelled, replaced, postgres }
}
