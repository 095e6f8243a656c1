import type { Api, ApiObject } from '../api.ts'
import { refused } from '../problem.ts'
import { unlessForbidden } from '../refusal.ts'

export type Labels = Readonly<Record<string, string>>

/** One object that a lesson makes, known before it is made. */
export interface Planned {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly podLabels: Labels
  readonly selector: Labels | undefined
}

interface Workload {
  readonly spec?: {
    readonly selector?: { readonly matchLabels?: Labels } & Labels
    readonly template?: { readonly metadata?: { readonly labels?: Labels } }
  }
}

const neighbours = [
  { apiVersion: 'v1', kind: 'Pod' },
  { apiVersion: 'v1', kind: 'PersistentVolumeClaim' },
  { apiVersion: 'v1', kind: 'Service' },
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'apps/v1', kind: 'ReplicaSet' },
  { apiVersion: 'apps/v1', kind: 'StatefulSet' },
  { apiVersion: 'apps/v1', kind: 'DaemonSet' },
] as const

/** Throws where an object of a name of ours stands already, or where the lesson's labels and somebody else's objects would meet. */
export async function verifyNoneOfOthers(api: Api, namespace: string, planned: readonly Planned[]): Promise<void> {
  const [standing, others] = await Promise.all([namesTaken(api, namespace, planned), everything(api, namespace)])
  const meeting = others.flatMap((object) => (clashes(object, planned) ? [nameOf(object)] : []))
  const found = [...new Set([...standing, ...meeting])]
  if (found.length === 0) return
  const [first, ...more] = found
  throw refused(
    `${first} in ${namespace} is not the tour's, and the lesson would get in its way${more.length === 0 ? '' : ` (and ${more.length} more: ${more.slice(0, 3).join(', ')})`}.`,
    'play in another namespace with -n NAME, or leave -n out for one of the tour’s own',
  )
}

/** The objects with this label that are not the lesson's: looked at just before anything is deleted by label. */
export async function othersLabelled(
  api: Api,
  namespace: string,
  kind: { apiVersion: string; kind: string },
  labels: string,
  isOurs: (object: ApiObject) => boolean,
): Promise<readonly string[]> {
  const { items } = await api.list(kind, { namespace, labels })
  return items.filter((item) => !isOurs(item)).map((item) => `${kind.kind} ${item.metadata.name}`)
}

const namesTaken = async (api: Api, namespace: string, planned: readonly Planned[]) => {
  const found = await Promise.all(
    planned.map(({ apiVersion, kind, name }) => unlessForbidden(api.find({ apiVersion, kind, name, namespace }))),
  )
  return found.flatMap((object) => (object === undefined ? [] : [nameOf(object)]))
}

async function everything(api: Api, namespace: string): Promise<readonly (ApiObject & Workload)[]> {
  const lists = await Promise.all(
    neighbours.map(async (kind) => {
      const list = await unlessForbidden(api.list(kind, { namespace }))
      return (list?.items ?? []).map((item) => ({ ...item, ...kind }))
    }),
  )
  return lists.flat()
}

function clashes(object: ApiObject & Workload, planned: readonly Planned[]): boolean {
  const ourSelectors = planned.flatMap(({ selector }) => (selector === undefined ? [] : [selector]))
  const ourPods = planned.map(({ podLabels }) => podLabels).filter((labels) => Object.keys(labels).length > 0)
  const theirSelector = object.kind === 'Service' ? object.spec?.selector : object.spec?.selector?.matchLabels
  const theirPods = object.spec?.template?.metadata?.labels ?? {}
  const theirs = (object.metadata.labels ?? {}) as Labels
  return (
    ourSelectors.some(
      (selector) => (object.kind === 'Service' ? false : selects(selector, theirs)) || selects(selector, theirPods),
    ) || ourPods.some((labels) => selects(theirSelector, labels))
  )
}

/** An empty selector selects nothing here: a Service without one has its endpoints made by hand. */
const selects = (selector: Labels | undefined, labels: Labels) => {
  const entries = Object.entries(selector ?? {})
  return entries.length > 0 && entries.every(([key, value]) => labels[key] === value)
}

const nameOf = ({ kind, metadata }: ApiObject) => `${kind} ${metadata.name}`
