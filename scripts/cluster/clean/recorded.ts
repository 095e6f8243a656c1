import { setTimeout as sleep } from 'node:timers/promises'
import type { LessonName } from '../../contents.ts'
import type { CleanOutcome } from './cleaning.ts'
import type { Api, ApiObject } from '../api.ts'
import type { Listed, RecordMap } from '../ownership/record-map.ts'
import { listedIn, recordName, seenClaims } from '../ownership/record-map.ts'
import type { Cleaning } from './cleaning.ts'
import { budgetFor } from './cleaning.ts'
import type { VolumeClaim, Whose } from './volumes.ts'
import { releaseRetained, untilProvisioned, volumesLeft, volumesOf } from './volumes.ts'

/**
 * Takes away what a record lists, in a namespace that is somebody's: objects of those names that are not older than the record, each by its
 * UID, the record last. Everything else stays as it is.
 */
export async function cleanRecorded(
  api: Api,
  namespace: string,
  lesson: LessonName,
  cleaning: Cleaning,
): Promise<CleanOutcome> {
  const { tell } = cleaning
  const until = Date.now() + budgetFor(cleaning)
  const outcome = (left: readonly string[], objects: number, volumes: number | null): CleanOutcome => ({
    namespace,
    own: false,
    left,
    objects,
    volumes,
  })
  const record = await api.find<RecordMap>({ apiVersion: 'v1', kind: 'ConfigMap', name: recordName(lesson), namespace })
  if (record === undefined) return outcome([], 0, 0)
  tell('started', `removing what ${lesson} made in ${namespace}`)

  const ours = async (kinds?: readonly string[]) => {
    const listed = listedIn(record).filter(({ kind }) => kinds?.includes(kind) ?? true)
    const found = await Promise.all(listed.map((each) => api.find({ ...each, namespace })))
    return found.flatMap((object, index) =>
      object !== undefined && isNotOlder(object, record) ? [{ ...object, ...(listed[index] as Listed) }] : [],
    )
  }
  const remove = (objects: readonly ApiObject[]) =>
    Promise.all(
      objects.map(({ apiVersion, kind, metadata }) =>
        api.delete(
          { apiVersion: apiVersion ?? '', kind: kind ?? '', name: metadata.name ?? '', namespace },
          metadata.uid ?? '',
        ),
      ),
    )

  const controllers = await ours(['StatefulSet', 'Deployment'])
  const owners = new Set(controllers.map(({ metadata }) => metadata.uid ?? ''))
  await remove(controllers)
  await remove(await ours(['Pod']))
  const claims = async () => (await ours(['PersistentVolumeClaim'])) as readonly VolumeClaim[]
  await untilProvisioned(claims, until, cleaning)
  const uids = new Set([...seenClaims(record), ...(await claims()).map(({ metadata }) => metadata.uid ?? '')])
  const whose: Whose = ({ uid }) => uids.has(uid ?? '')
  const retained = await releaseRetained(api, (uids.size === 0 ? [] : await volumesOf(api, whose)) ?? [], tell)

  for (;;) {
    const left = [...(await ours()), ...(await descendants(api, namespace, owners))]
    if (left.length === 0) break
    if (Date.now() > until) {
      return outcome(
        [
          ...retained,
          ...left.map(
            ({ kind, metadata }) =>
              `${kind} ${metadata.name} in ${namespace} is still there${holdUp(metadata.finalizers)}`,
          ),
        ],
        left.length,
        null,
      )
    }
    await remove(left.filter(({ metadata }) => metadata.deletionTimestamp === undefined))
    await sleep(150)
  }
  const staying = uids.size === 0 ? [] : await volumesLeft(api, whose, retained.length > 0 ? 0 : until)
  const named = (staying ?? []).map(({ metadata }) => `volume ${metadata.name} is still there`)
  const left = retained.length > 0 ? retained : named
  await remove([{ ...record, apiVersion: 'v1', kind: 'ConfigMap' }])
  return outcome(left, 0, staying === undefined ? null : staying.length)
}

/** What the lesson's controllers made under names of their own choosing. */
async function descendants(api: Api, namespace: string, owners: ReadonlySet<string>): Promise<readonly ApiObject[]> {
  if (owners.size === 0) return []
  const owned = (object: ApiObject, by: ReadonlySet<string>) =>
    object.metadata.ownerReferences?.some(({ uid }) => by.has(uid)) === true
  const sets = (await api.list({ apiVersion: 'apps/v1', kind: 'ReplicaSet' }, { namespace })).items.filter((set) =>
    owned(set, owners),
  )
  const all = new Set([...owners, ...sets.map(({ metadata }) => metadata.uid ?? '')])
  const pods = (await api.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace })).items.filter((pod) => owned(pod, all))
  return [
    ...sets.map((set) => ({ ...set, apiVersion: 'apps/v1', kind: 'ReplicaSet' })),
    ...pods.map((pod) => ({ ...pod, apiVersion: 'v1', kind: 'Pod' })),
  ]
}

const isNotOlder = (object: ApiObject, record: RecordMap) => createdAt(object) >= createdAt(record)

const createdAt = ({ metadata }: ApiObject) => new Date(metadata.creationTimestamp ?? 0).getTime()

const holdUp = (finalizers: readonly string[] | undefined) =>
  finalizers === undefined || finalizers.length === 0 ? '' : ` (held by ${finalizers.join(', ')})`
