import type { V1ConfigMap } from '@kubernetes/client-node'
import type { LessonName } from '../../contents.ts'
import type { Api, ApiObject } from '../api.ts'

export type RecordMap = V1ConfigMap & ApiObject

/** What a record says of one object: ours if it is listed here and not older than the record. */
export interface Listed {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
}

export const renewedKey = 'kubectl-tour/renewed'

export const recordName = (lesson: LessonName) => `kubectl-tour-${lesson}`

export const recordReference = (namespace: string, lesson: LessonName) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  name: recordName(lesson),
  namespace,
})

/** The objects that a record lists. */
export function listedIn(record: RecordMap): readonly Listed[] {
  try {
    return JSON.parse(record.data?.['objects'] ?? '[]') as readonly Listed[]
  } catch {
    return []
  }
}

/** The UIDs of the claims that the lesson made so far: its volumes are known by them when the claims are gone. */
export const seenClaims = (record: RecordMap): readonly string[] =>
  (record.data?.['claims'] ?? '').split(' ').filter((uid) => uid !== '')

/** When a record's run last gave a sign of life. */
export const recordRenewed = (api: Api, namespace: string, lesson: LessonName) => async () =>
  (await api.find<RecordMap>(recordReference(namespace, lesson)))?.metadata.annotations?.[renewedKey]
