import type { LessonName } from '../../contents.ts'
import { lessonNames } from '../../contents.ts'
import type { Api, ApiObject } from '../api.ts'
import { refused } from '../problem.ts'
import type { Identity } from './identity.ts'
import { isSameUser, ours, runOf } from './identity.ts'
import { isAlive, leaseRenewed } from './lease.ts'
import type { RecordMap } from './record-map.ts'
import { listedIn, recordRenewed } from './record-map.ts'
import { unlessForbidden } from '../refusal.ts'

/** One lesson's things on the cluster: a namespace of the tour's own, or what a record lists in somebody's. */
export interface Found {
  readonly lesson: LessonName
  readonly namespace: string
  readonly own: boolean
  readonly run: Identity
  readonly since: Date
  readonly mine: boolean
  readonly alive: boolean
}

/**
 * Everything of the tour's on this cluster, found by its label; with `namespace`, only what is recorded there. Whether a run on another machine
 * lives takes 20 s to see.
 */
export async function inventory(api: Api, here: Identity, namespace: string | undefined): Promise<readonly Found[]> {
  const [namespaces, records] = await Promise.all([
    namespace === undefined
      ? unlessForbidden(api.list({ apiVersion: 'v1', kind: 'Namespace' }, { labels: ours }))
      : undefined,
    unlessForbidden(
      api.list(
        { apiVersion: 'v1', kind: 'ConfigMap' },
        { labels: ours, ...(namespace === undefined ? {} : { namespace }) },
      ),
    ),
  ])
  if (namespace === undefined && namespaces === undefined)
    throw refused(
      'You may not list namespaces, so what is left cannot be found.',
      'name the namespace that you played in with -n NAME',
    )
  const found = await Promise.all([
    ...(namespaces?.items ?? []).map((object) =>
      asFound(object, here, object.metadata.name ?? '', true, leaseRenewed(api, object.metadata.name ?? '')),
    ),
    ...(records?.items ?? []).map((object) =>
      asFound(
        object,
        here,
        object.metadata.namespace ?? '',
        false,
        recordRenewed(api, object.metadata.namespace ?? '', lessonIn(object) ?? 'secrets'),
      ),
    ),
  ])
  return found.filter((each) => each !== undefined)
}

async function asFound(
  object: ApiObject,
  here: Identity,
  namespace: string,
  own: boolean,
  renewed: () => Promise<string | undefined>,
): Promise<Found | undefined> {
  const run = runOf(object)
  const lesson = lessonIn(object)
  if (run === undefined || lesson === undefined) return undefined
  const alive = await isAlive(run, here, renewed)
  return {
    lesson,
    namespace,
    own,
    run,
    since: new Date(object.metadata.creationTimestamp ?? 0),
    mine: isSameUser(run, here),
    alive,
  }
}

const lessonIn = (object: ApiObject) => lessonNames.find((name) => name === runOf(object)?.lesson)

const looked = [
  { apiVersion: 'v1', kind: 'Pod' },
  { apiVersion: 'v1', kind: 'PersistentVolumeClaim' },
  { apiVersion: 'v1', kind: 'ConfigMap' },
  { apiVersion: 'v1', kind: 'Secret' },
  { apiVersion: 'v1', kind: 'Service' },
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'apps/v1', kind: 'StatefulSet' },
]

/** The objects that would go with it, as "Pod web-0"; what every namespace has of itself is left out. */
export async function objectsOfFound(api: Api, { namespace, own, lesson }: Found): Promise<readonly string[]> {
  if (!own) {
    const record = await api.find<RecordMap>({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      name: `kubectl-tour-${lesson}`,
      namespace,
    })
    if (record === undefined) return []
    const standing = await Promise.all(listedIn(record).map((each) => api.find({ ...each, namespace })))
    return standing.flatMap((object, index) =>
      object === undefined ? [] : [`${listedIn(record)[index]?.kind} ${object.metadata.name}`],
    )
  }
  const lists = await Promise.all(
    looked.map(async (kind) => ({ kind, list: await unlessForbidden(api.list(kind, { namespace })) })),
  )
  return lists
    .flatMap(({ kind, list }) => (list?.items ?? []).map(({ metadata }) => `${kind.kind} ${metadata.name}`))
    .filter((name) => name !== 'ConfigMap kube-root-ca.crt')
}
