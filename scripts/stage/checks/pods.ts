import type { Pod } from '../../cluster/journal.ts'
import type { Setting } from '../setting.ts'
import type { Check } from './check.ts'
import { verdict } from './check.ts'

/** Pods and their containers, as the watch has them. */
export function podChecks({ journal }: Setting) {
  /** A Pod is Ready, and is not the one that stood under this name before. */
  const ready = (name: string, insteadOf?: Pod): Check => ({
    what: `${name} is Ready`,
    subject: `pod/${name}`,
    timed: true,
    look: () => {
      const pod = journal.pod(name)
      const isNew =
        pod !== undefined &&
        pod.metadata.uid !== insteadOf?.metadata.uid &&
        pod.metadata.deletionTimestamp === undefined
      return verdict(isNew && isReady(pod), `${name} is Ready`, phaseOf(pod), `kubectl describe pod ${name}`)
    },
  })

  /** No Pod of this name any more, or another one than `which`. */
  const gone = (name: string, which?: Pod): Check => ({
    what: `${name} is gone`,
    subject: `pod/${name}`,
    look: () => {
      const pod = journal.pod(name)
      return verdict(
        pod === undefined || (which !== undefined && pod.metadata.uid !== which.metadata.uid),
        `${name} is gone`,
        phaseOf(pod),
        `kubectl get pod ${name}`,
      )
    },
  })

  /** Same Pod, same container, not restarted since `before` was read. */
  const sameContainer = (before: Pod, container?: string): Check => ({
    what: 'the same container, not restarted',
    look: () => {
      const after = journal.pod(before.metadata.name ?? '')
      const [old, now] = [
        identityOf(before, container),
        after === undefined ? 'no such Pod' : identityOf(after, container),
      ]
      return verdict(old === now, old, now, `kubectl get pod ${before.metadata.name} -o yaml`)
    },
  })

  /** Under the same name there stands a Pod of another UID. */
  const anotherPod = (before: Pod): Check => ({
    what: `${before.metadata.name} is another Pod`,
    look: () => {
      const after = journal.pod(before.metadata.name ?? '')
      const [old, now] = [before.metadata.uid ?? '', after?.metadata.uid]
      return verdict(
        now !== undefined && now !== old,
        'a Pod of another UID',
        now === undefined ? 'no such Pod' : `UID ${shortId(old)} before, ${shortId(now)} now`,
      )
    },
  })

  return { ready, gone, sameContainer, anotherPod }
}

export const isReady = (pod: Pod) =>
  pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true

/** The first twelve characters of a UID or container ID: what is worth showing of it. */
export const shortId = (id: string | undefined) => (id ?? 'none').replace(/^.*:\/\//, '').slice(0, 12)

function phaseOf(pod: Pod | undefined): string {
  if (pod === undefined) return 'no such Pod'
  return pod.metadata.deletionTimestamp === undefined ? (pod.status?.phase ?? 'no status yet') : 'Terminating'
}

/** Pod UID, container ID and restart count of one container, or of all. */
function identityOf(pod: Pod, container?: string): string {
  const statuses = (pod.status?.containerStatuses ?? []).filter(
    ({ name }) => container === undefined || name === container,
  )
  return [
    `UID ${shortId(pod.metadata.uid)}`,
    ...statuses.map(({ containerID, restartCount }) => `container ${shortId(containerID)}, ${restartCount} restarts`),
  ].join(', ')
}
