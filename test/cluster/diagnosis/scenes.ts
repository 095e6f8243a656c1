import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CoreV1Event, V1Pod } from '@kubernetes/client-node'
import type { Finding, Scene } from '../../../scripts/cluster/diagnosis/index.ts'

const folder = join(import.meta.dirname, 'fixtures')

/** The situations that record.sh has recorded on a real cluster. */
export const recorded = readdirSync(folder).map((file) => file.replace(/\.json$/, ''))

export function scene(name: string): Scene {
  return JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Scene
}

export function onlyPod({ pods }: Scene): V1Pod {
  const [pod] = pods
  if (pod === undefined) throw new Error('the scene has no Pod')
  return pod
}

/** The same object but for some of its fields. */
export function but<T extends object>(object: T | undefined, changes: Partial<T>): T {
  return Object.assign(structuredClone(object ?? {}), changes) as T
}

/** As client-node gives it: every time a Date. */
export function withDates(given: Scene): Scene {
  const isTime = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/
  return JSON.parse(JSON.stringify(given), (_key, value: unknown) =>
    typeof value === 'string' && isTime.test(value) ? new Date(value) : value,
  ) as Scene
}

/** The same objects made anew: what the events say is about their predecessors. */
export function madeAnew(given: Scene): Scene {
  const anew = <T extends { metadata?: { uid?: string } }>(object: T) => ({
    ...object,
    metadata: { ...object.metadata, uid: `${object.metadata?.uid}-anew` },
  })
  return { ...given, pods: given.pods.map(anew), claims: given.claims.map(anew), sets: (given.sets ?? []).map(anew) }
}

/** The same objects once all is well, with the events still there, as they are for an hour. */
export function allWell(given: Scene): Scene {
  const text = JSON.stringify(given)
  const { pods, claims, sets = [], events } = JSON.parse(text) as Scene
  for (const pod of pods) {
    const running = { state: { running: {} }, ready: true, started: true, image: '', imageID: '', restartCount: 0 }
    if (pod.spec) pod.spec.nodeName = 'tour-control-plane'
    pod.status = {
      phase: 'Running',
      conditions: ['PodScheduled', 'PodReadyToStartContainers', 'Ready'].map((type) => ({ type, status: 'True' })),
      containerStatuses: pod.spec?.containers.map(({ name }) => ({ name, ...running })) ?? [],
    }
  }
  for (const claim of claims) {
    delete claim.metadata?.deletionTimestamp
    claim.status = { phase: 'Bound' }
  }
  for (const set of sets) Object.assign(set.status ?? {}, { replicas: set.spec?.replicas ?? 1 })
  return { pods, claims, events, sets }
}

/** "final pod/demo: ...": what the wait would do, and what it says. */
export function lines(findings: readonly Finding[]): readonly string[] {
  return findings.map(
    ({ severity, patience, subject, cause }) => `${severity === 'doubtful' ? patience : severity} ${subject}: ${cause}`,
  )
}

let count = 0

/** An event about an object, `after` seconds into the minute. */
export function event(reason: string, message: string, uid: string, after: number, more: object = {}): CoreV1Event {
  const time = new Date(Date.UTC(2026, 0, 1, 12, 0, 0) + after * 1000)
  count += 1
  return {
    metadata: { name: `event-${count}`, creationTimestamp: time },
    involvedObject: { kind: 'Pod', name: 'demo', uid },
    reason,
    message,
    firstTimestamp: time,
    lastTimestamp: time,
    ...more,
  }
}
