import type {
  CoreV1Event,
  V1Deployment,
  V1ObjectMeta,
  V1PersistentVolumeClaim,
  V1Pod,
  V1ReplicaSet,
  V1StatefulSet,
} from '@kubernetes/client-node'

export type Controller = V1StatefulSet | V1Deployment | V1ReplicaSet

/** What is known of a namespace at one moment, as the API's JSON or client-node gives it: a time is an ISO string or a Date. */
export interface Scene {
  readonly pods: readonly V1Pod[]
  readonly claims: readonly V1PersistentVolumeClaim[]
  readonly events: readonly CoreV1Event[]
  /** Without them an event about a controller counts until its Pods tell otherwise. */
  readonly sets?: readonly Controller[]
}

export type Severity = 'final' | 'doubtful' | 'normal'

/** Something that stands between an object and what is waited for. */
export interface Finding {
  readonly severity: Severity
  /** Of a doubtful one: brief ends the wait when unchanged for 60 s; deadline leaves it to the wait's own. */
  readonly patience: 'brief' | 'deadline'
  /** As kubectl takes it: pod/sidecar-demo, persistentvolumeclaim/data-pvc, statefulset/web. */
  readonly subject: string
  /** Kubernetes' own word: ErrImagePull, FailedScheduling. */
  readonly reason: string
  /** One clause of ours. It holds no counts and no times: the same situation gives the same clause. */
  readonly cause: string
  /** The way out. */
  readonly remedy: string
}

export interface Options {
  /** Restarts that the lesson itself caused, by "pod/container". */
  readonly causedExits?: ReadonlyMap<string, number>
  /** What --image calls an image, by the reference in the Pod; its last part without one. */
  readonly imageNames?: ReadonlyMap<string, string>
}

type Told = Omit<Finding, 'severity' | 'patience' | 'subject'>

export const final = (subject: string, told: Told): Finding => ({
  severity: 'final',
  patience: 'brief',
  subject,
  ...told,
})
export const doubtful = (subject: string, told: Told): Finding => ({ ...final(subject, told), severity: 'doubtful' })
export const lasting = (subject: string, told: Told): Finding => ({ ...doubtful(subject, told), patience: 'deadline' })
export const normal = (subject: string, told: Told): Finding => ({ ...lasting(subject, told), severity: 'normal' })

/** Milliseconds since 1970, NaN for no time. */
export function instant(time: Date | string | null | undefined): number {
  if (time === null || time === undefined) return Number.NaN
  return typeof time === 'string' ? Date.parse(time) : time.getTime()
}

/** When it was last seen, in ms. The scheduler fills eventTime and series, the kubelet lastTimestamp (whole seconds). */
export function lastSeen({ series, lastTimestamp, eventTime, metadata }: CoreV1Event): number {
  return instant(series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? metadata.creationTimestamp)
}

/**
 * When it was first seen, in ms. client-go names an event OBJECT.NANOSECONDS in hexadecimal (tools/events and tools/record,
 * makeEvent): finer than its whole seconds, and used where the two agree.
 */
export function firstSeen({ eventTime, firstTimestamp, metadata }: CoreV1Event): number {
  const stated = instant(eventTime ?? firstTimestamp ?? metadata.creationTimestamp)
  const hexadecimal = /\.([0-9a-f]{16})$/.exec(metadata.name ?? '')?.[1]
  const named = hexadecimal === undefined ? Number.NaN : Number(BigInt(`0x${hexadecimal}`) / 1000n) / 1000
  return Math.abs(named - stated) < 2000 ? named : stated
}

/** The events about this very object, and not about a former one of its name; the newest first. */
export function eventsAbout(
  { events }: Scene,
  { uid }: V1ObjectMeta = {},
  ...reasons: readonly string[]
): readonly CoreV1Event[] {
  return events
    .filter(
      ({ involvedObject, reason = '' }) => uid !== undefined && involvedObject.uid === uid && reasons.includes(reason),
    )
    .toSorted((one, other) => lastSeen(other) - lastSeen(one) || firstSeen(other) - firstSeen(one))
}

/** The last clause of an error as Go wraps them, cut to a line's length and without what changes from try to try. */
export function lastClause(message: string): string {
  const settled = message
    .trim()
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ [\d.[\]:a-f]+->[\d.[\]:a-f]+/g, '')
  const clause =
    settled
      .split(/: (?=\S)/)
      .at(-1)
      ?.replace(/^code = \w+ desc = /, '') ?? settled
  return clause.length > 100 ? `${clause.slice(0, 99)}…` : clause
}
