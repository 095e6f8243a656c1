import type { Json, JsonObject } from '../../../sandbox/schema/json.ts'
import type { Question } from './asking.ts'
import { changed, type Manifest } from './generated.ts'

/** A kind's good object, and where it is. */
export interface Subject {
  readonly of: Manifest
  /** The path of all of its kind, and of itself. */
  readonly all: string
  readonly one: string
  readonly namespaced: boolean
  /** As it was just now. */
  readonly live: JsonObject
  /** What the row before this one was answered with. */
  readonly last: JsonObject
}

/** One question to every kind that has it: undefined where it makes no sense. */
export type Row = readonly [row: string, question: (it: Subject) => Question | undefined]

export const merge = 'application/merge-patch+json'
const jsonPatch = 'application/json-patch+json'
const strategic = 'application/strategic-merge-patch+json'
const apply = 'application/apply-patch+yaml'
const table = 'application/json;as=Table;v=v1;g=meta.k8s.io'
const partial = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io'

export const get = (path: string, accept?: string): Question => ({ method: 'GET', path, accept })
export const post = (path: string, body: Json, type?: string): Question => ({ method: 'POST', path, body, type })
export const put = (path: string, body: Json): Question => ({ method: 'PUT', path, body })
export const patch = (path: string, body: Json, type = merge): Question => ({ method: 'PATCH', path, body, type })
export const remove = (path: string, body?: Json): Question =>
  body === undefined ? { method: 'DELETE', path } : { method: 'DELETE', path, body }

export const set = (object: JsonObject, path: string, to: Json): JsonObject =>
  changed(object, { path: path.split('.'), to }) as JsonObject
const without = (object: JsonObject, path: string) => changed(object, { path: path.split('.') }) as JsonObject
const named = ({ of }: Subject, name: string) => set(of, 'metadata.name', name)
const second = ({ of }: Subject) => `${of.metadata.name}-2`
const noted = (value: string) => ({ metadata: { annotations: { note: value } } })
const only = ({ of }: Subject) => `fieldSelector=metadata.name%3D${of.metadata.name}`
const label = ({ of }: Subject) => `labelSelector=table%3D${of.kind}`
const nosuch = (it: Subject) => `${it.all}/nosuch`
const applied = ({ of }: Subject, value: string) => ({
  apiVersion: of.apiVersion,
  kind: of.kind,
  metadata: { name: of.metadata.name, annotations: { applied: value } },
})

const creating: readonly Row[] = [
  ['create', (it) => post(`${it.all}?fieldManager=table`, it.of)],
  ['create AlreadyExists', (it) => post(it.all, it.of)],
  ['create dryRun', (it) => post(`${it.all}?dryRun=All`, named(it, second(it)))],
  ['create dryRun of a bad word', (it) => post(`${it.all}?dryRun=Some`, named(it, second(it)))],
  ['create Invalid', (it) => post(it.all, named(it, 'Not Good!'))],
  // A real cluster takes half a minute to refuse a Service that is to get addresses first.
  ['create nameless', (it) => (it.of.kind === 'Service' ? undefined : post(it.all, without(it.of, 'metadata.name')))],
  [
    'create generateName',
    (it) => post(`${it.all}?dryRun=All`, set(without(it.of, 'metadata.name'), 'metadata.generateName', 'made-')),
  ],
  ['create an unknown field, Strict', (it) => post(`${it.all}?dryRun=All&fieldValidation=Strict`, unknown(it))],
  ['create an unknown field, Warn', (it) => post(`${it.all}?dryRun=All&fieldValidation=Warn`, unknown(it))],
  ['create an unknown field, Ignore', (it) => post(`${it.all}?dryRun=All&fieldValidation=Ignore`, unknown(it))],
  ['create with a bad fieldValidation', (it) => post(`${it.all}?fieldValidation=Nosuch`, it.of)],
  [
    'create a field twice',
    (it) => post(`${it.all}?dryRun=All&fieldValidation=Strict`, JSON.stringify(it.of).replace('{', '{"kind":"X",')),
  ],
  ['create another kind', (it) => post(it.all, { ...it.of, kind: 'Nosuch' })],
  ['create of no JSON', (it) => post(it.all, '{')],
  ['create of another type', (it) => post(it.all, it.of, 'text/plain')],
  ['create with a resourceVersion', (it) => post(it.all, set(named(it, second(it)), 'metadata.resourceVersion', '1'))],
  [
    'create in no such namespace',
    (it) => (it.namespaced ? post(it.all.replace('/parity-table/', '/nosuch/'), it.of) : undefined),
  ],
  [
    'create with another namespace',
    (it) => (it.namespaced ? post(it.all, set(it.of, 'metadata.namespace', 'default')) : undefined),
  ],
  ['create a second', (it) => post(it.all, named(it, second(it)))],
]

const unknown = (it: Subject): Json => ({ ...named(it, second(it)), nosuch: 1 })

const reading: readonly Row[] = [
  ['get', (it) => get(it.one)],
  ['get NotFound', (it) => get(nosuch(it))],
  ['get as a table', (it) => get(it.one, table)],
  ['get as a table without objects', (it) => get(`${it.one}?includeObject=None`, table)],
  ['get its metadata', (it) => get(it.one, partial)],
  ['get in no such form', (it) => unlessNode(it, get(it.one, 'text/csv'))],
  ['list by label', (it) => get(`${it.all}?${label(it)}`)],
  ['list by name', (it) => get(`${it.all}?${only(it)}`)],
  ['list as a table', (it) => get(`${it.all}?${label(it)}`, table)],
  ['list their metadata', (it) => get(`${it.all}?${label(it)}`, partial.replace('Metadata', 'MetadataList'))],
  ['list in all namespaces', (it) => (it.namespaced ? get(`${everywhere(it)}?${label(it)}`) : undefined)],
  ['list by a field that is none', (it) => get(`${it.all}?fieldSelector=spec.nosuch%3Da`)],
  ['list by a bad label', (it) => get(`${it.all}?labelSelector=a%3D%3D%3Db`)],
  ['list a page', (it) => get(`${it.all}?${label(it)}&limit=1`)],
  [
    'list the rest',
    // What follows, selected or not: in a namespace of our own it is known.
    (it) => (it.namespaced ? get(`${it.all}?${label(it)}&limit=1&continue=${continued(it.last)}`) : undefined),
  ],
  ['list what never began', (it) => get(`${it.all}?limit=1&continue=nosuch`)],
  ['list of a bad resourceVersion', (it) => get(`${it.all}?resourceVersion=nosuch`)],
  ['list with a match of no version', (it) => get(`${it.all}?resourceVersionMatch=Exact`)],
  ['watch from now', (it) => get(`${it.all}?watch=true&timeoutSeconds=1&resourceVersion=0&${only(it)}`)],
  [
    'watch with its beginning',
    (it) => {
      const initial = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true'
      return get(`${it.all}?watch=true&timeoutSeconds=1&${initial}&${only(it)}`)
    },
  ],
  ['watch of a bad resourceVersion', (it) => get(`${it.all}?watch=true&resourceVersion=nosuch`)],
]

/** None is really made: see table.ts. */
const unlessNode = ({ of }: Subject, question: Question) => (of.kind === 'Node' ? undefined : question)

const everywhere = (it: Subject) => it.all.replace('/namespaces/parity-table', '')
const continued = ({ metadata }: JsonObject) =>
  encodeURIComponent((metadata as { readonly continue?: string }).continue ?? '')

const changing: readonly Row[] = [
  ['update', (it) => put(`${it.one}?fieldManager=table`, set(it.live, 'metadata.annotations', { note: 'a' }))],
  ['update of nothing', (it) => put(`${it.one}?fieldManager=table`, it.live)],
  ['update NotFound', (it) => put(nosuch(it), set(it.live, 'metadata.name', 'nosuch'))],
  ['update Conflict', (it) => put(it.one, set(it.live, 'metadata.resourceVersion', '1'))],
  ['update Conflict of uid', (it) => put(it.one, set(it.live, 'metadata.uid', 'nosuch'))],
  ['update Invalid', (it) => put(it.one, set(it.live, 'metadata.labels', { 'Not Good!': 'x' }))],
  ['update of another name', (it) => put(it.one, set(it.live, 'metadata.name', 'other'))],
  ['update of no resourceVersion', (it) => put(`${it.one}?dryRun=All`, without(it.live, 'metadata.resourceVersion'))],
  ['update dryRun', (it) => put(`${it.one}?dryRun=All`, set(it.live, 'metadata.annotations', { note: 'b' }))],
  ['patch', (it) => patch(`${it.one}?fieldManager=table`, noted('b'))],
  ['patch of nothing', (it) => patch(`${it.one}?fieldManager=table`, noted('b'))],
  ['patch, strategic', (it) => patch(`${it.one}?fieldManager=table-2`, noted('c'), strategic)],
  ['patch, JSON', (it) => patch(it.one, [{ op: 'remove', path: '/metadata/annotations/note' }], jsonPatch)],
  ['patch, JSON, of nothing there', (it) => patch(it.one, [{ op: 'remove', path: '/nosuch' }], jsonPatch)],
  ['patch, JSON, a test that fails', (it) => patch(it.one, [{ op: 'test', path: '/kind', value: 'X' }], jsonPatch)],
  ['patch NotFound', (it) => patch(nosuch(it), noted('d'))],
  ['patch Invalid', (it) => patch(it.one, { metadata: { labels: { a: 'Not Good!' } } })],
  ['patch Conflict', (it) => patch(it.one, { metadata: { resourceVersion: '1', annotations: { note: 'e' } } })],
  ['patch of no such type', (it) => patch(it.one, noted('f'), 'application/json')],
  ['patch of no JSON', (it) => unlessNode(it, patch(it.one, '{'))],
  ['patch an unknown field, Strict', (it) => patch(`${it.one}?fieldValidation=Strict`, { nosuch: 1 })],
  ['patch dryRun', (it) => patch(`${it.one}?dryRun=All`, noted('g'))],
  ['apply', (it) => patch(`${it.one}?fieldManager=table-a`, applied(it, 'a'), apply)],
  ['apply Conflict', (it) => patch(`${it.one}?fieldManager=table-b`, applied(it, 'b'), apply)],
  ['apply by force', (it) => patch(`${it.one}?fieldManager=table-b&force=true`, applied(it, 'b'), apply)],
  ['apply without a manager', (it) => patch(it.one, applied(it, 'c'), apply)],
  ['apply of another name', (it) => patch(`${nosuch(it)}?fieldManager=table-a`, applied(it, 'd'), apply)],
  ['get once more', (it) => get(it.one)],
]

/** It takes a while to go. */
const unlessNamespace = ({ of }: Subject, question: Question) => (of.kind === 'Namespace' ? undefined : question)

const removing: readonly Row[] = [
  ['delete dryRun', (it) => remove(`${it.one}?dryRun=All`)],
  ['delete Conflict of uid', (it) => remove(it.one, { preconditions: { uid: 'nosuch' } })],
  ['delete Conflict', (it) => remove(it.one, { preconditions: { resourceVersion: '1' } })],
  ['delete Invalid', (it) => remove(it.one, { propagationPolicy: 'Nosuch' })],
  ['delete by two policies', (it) => remove(it.one, { propagationPolicy: 'Orphan', orphanDependents: true })],
  ['delete NotFound', (it) => remove(nosuch(it))],
  ['delete, Foreground, dryRun', (it) => remove(it.one, { propagationPolicy: 'Foreground', dryRun: ['All'] })],
  ['delete, Orphan', (it) => remove(it.one, { propagationPolicy: 'Orphan' })],
  ['get what was deleted', (it) => unlessNamespace(it, get(it.one))],
  ['deletecollection dryRun', (it) => remove(`${it.all}?${label(it)}&dryRun=All`)],
  ['deletecollection', (it) => remove(`${it.all}?${label(it)}`, { propagationPolicy: 'Background' })],
  ['delete what deletecollection left', (it) => unlessNamespace(it, remove(`${it.all}/${second(it)}`))],
  ['list what is left', (it) => unlessNamespace(it, get(`${it.all}?${label(it)}`))],
]

export const before: readonly Row[] = [...creating, ...reading, ...changing]
export const after: readonly Row[] = removing
