import type { Api } from '../api.ts'
import type { Right } from '../reviews.ts'
import { grants, mayI, rulesIn } from '../reviews.ts'
import type { Asked } from './asked.ts'
import type { Findings, Obstacle } from './obstacle.ts'
import { anyOf, nothing } from './obstacle.ts'

/** Where the lesson plays: in a namespace of its own, or next to what is in somebody's. */
export interface Scope {
  readonly namespace: string
  readonly own: boolean
}

/** What a kind is called in a path of the API, and in a Role. */
const resources: Readonly<Record<string, string>> = {
  Pod: 'pods',
  ConfigMap: 'configmaps',
  Secret: 'secrets',
  Service: 'services',
  PersistentVolumeClaim: 'persistentvolumeclaims',
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
}

const resourceOf = (kind: string) => resources[kind] ?? `${kind.toLowerCase()}s`
const groupOf = (apiVersion: string) => (apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '')

/** Which of these rights this user lacks. The rules in force answer for most; what they do not grant is asked about one by one. */
async function missing(api: Api, wanted: readonly Right[], namespace: string): Promise<readonly Right[]> {
  const rules = await rulesIn(api, namespace)
  const doubtful = wanted.filter((right) => !grants(rules, right))
  const answers = await Promise.all(doubtful.map((right) => mayI(api, { ...right, namespace })))
  return doubtful.filter((_, index) => answers[index] === false)
}

/** Rights to make, exec into and delete what a lesson makes are needed; rights only to look are not. */
export async function rightsFor(
  api: Api,
  asked: Asked,
  made: Asked['kinds'] | readonly { apiVersion: string; kind: string }[],
  { namespace, own }: Scope,
): Promise<Findings> {
  const [namespaces, lacking, unseen] = await Promise.all([
    own ? missingNamespaces(api, namespace) : [],
    missing(api, neededRights(asked, made, own), namespace),
    missing(api, look('', 'events'), namespace),
  ])
  const only = own
    ? 'name a namespace that you may use with -n NAME'
    : 'ask for a Role with these rights, or name another namespace with -n NAME'
  if (namespaces.length > 0) {
    const sentence = `You may not ${anyOf(namespaces)} namespaces on this cluster.`
    return { obstacles: [{ topic: 'rights', sentence, wayOut: only }], notes: [] }
  }
  const notes = unseen.length > 0 ? ['events: not visible to you'] : []
  if (lacking.length === 0) return { ...nothing, notes }
  return {
    obstacles: inKubectlsTerms(lacking, namespace).map((sentence): Obstacle => ({
      topic: 'rights',
      sentence,
      wayOut: only,
    })),
    notes,
  }
}

// In the namespace itself: whoever may delete that one needs no right to others.
async function missingNamespaces(api: Api, name: string): Promise<readonly string[]> {
  const right = { group: '', resource: 'namespaces' }
  const asked = ['create', 'get', 'delete']
  const answers = await Promise.all(
    asked.map((verb) => mayI(api, verb === 'create' ? { ...right, verb } : { ...right, verb, namespace: name, name })),
  )
  return asked.filter((_, index) => answers[index] === false)
}

const to = (verbs: readonly string[], group: string, resource: string, subresource?: string): readonly Right[] =>
  verbs.map((verb) => ({ verb, group, resource, ...(subresource === undefined ? {} : { subresource }) }))

const look = (group: string, resource: string) => to(['list', 'watch'], group, resource)

/** Every right without which the lesson would stop half-way, or leave something behind. */
export function neededRights(
  { kinds }: Asked,
  made: readonly { readonly apiVersion: string; readonly kind: string }[],
  own: boolean,
): readonly Right[] {
  const rights = [
    ...kinds.flatMap(({ apiVersion, kind }) =>
      to(['create', 'get', 'patch', 'delete'], groupOf(apiVersion), resourceOf(kind)),
    ),
    // What only controllers make is looked at and deleted, never made.
    ...made.flatMap(({ apiVersion, kind }) => to(['get', 'delete'], groupOf(apiVersion), resourceOf(kind))),
    ...kinds
      .filter(({ apiVersion }) => groupOf(apiVersion) === 'apps')
      .flatMap(({ kind }) => look('apps', resourceOf(kind))),
    ...to(['get', 'delete'], '', 'pods'),
    ...look('', 'pods'),
    ...(made.some(({ kind }) => kind === 'PersistentVolumeClaim') ? look('', 'persistentvolumeclaims') : []),
    // kubectl falls back to a POST, which is create, where its WebSocket's get is refused.
    ...to(['create'], '', 'pods', 'exec'),
    ...to(['get'], '', 'pods', 'log'),
    ...(kinds.some(({ kind }) => kind === 'StatefulSet') ? to(['patch'], 'apps', 'statefulsets', 'scale') : []),
    // A namespace of the tour's own is cleared of workloads, whoever made them in it.
    ...(own ? ['deployments', 'statefulsets'].flatMap((resource) => to(['list'], 'apps', resource)) : []),
    ...(own
      ? to(['create', 'get', 'patch'], 'coordination.k8s.io', 'leases')
      : to(['create', 'get', 'patch', 'delete'], '', 'configmaps')),
  ]
  return [...new Map(rights.map((right) => [`${right.verb} ${named(right)}`, right])).values()]
}

/** pods/exec, statefulsets.apps/scale: as `kubectl auth can-i` names them. */
const named = ({ group, resource, subresource }: Right) =>
  `${resource}${group === '' ? '' : `.${group}`}${subresource === undefined ? '' : `/${subresource}`}`

/** One sentence for all resources that lack the same verbs. */
function inKubectlsTerms(lacking: readonly Right[], namespace: string): readonly string[] {
  const byResource = grouped(lacking, named)
  const byVerbs = grouped([...byResource], ([, rights]) => anyOf(rights.map(({ verb }) => verb)))
  return [...byVerbs].map(
    ([verbs, found]) => `You may not ${verbs} ${anyOf(found.map(([resource]) => resource))} in ${namespace}.`,
  )
}

// Map.groupBy came with Node 21.
function grouped<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return groups
}
