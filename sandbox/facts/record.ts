/*
 * Records what the sandbox is made of from a real cluster, by reads and dry runs alone:
 *   kubectl proxy --port=8001 & node --import tsx sandbox/facts/record.ts http://127.0.0.1:8001 [TYPES.json]
 * TYPES.json: {kinds, types}, the Go types with their protobuf numbers, which no server tells; types.json itself serves when nothing was added.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { apiVersionOf, kindOf, rootOf } from './names.ts'
import { modelled } from './modelled.ts'
import { recordDefaults } from './record-defaults.ts'
import { objectOf } from '../schema/json.ts'
import type { Field } from './index.ts'
import { scalar } from '../schema/types.ts'
import type { Names } from '../contracts.ts'

interface Types {
  readonly kinds: Readonly<Record<string, string>>
  readonly types: Readonly<Record<string, Readonly<Record<string, Field>>>>
}

interface Discovered {
  readonly resource: string
  readonly singularResource: string
  readonly responseKind: { readonly kind: string }
  readonly scope: string
  readonly verbs: readonly string[]
  readonly shortNames?: readonly string[]
  readonly categories?: readonly string[]
  readonly subresources?: readonly { readonly subresource: string }[]
}

interface Discovery {
  readonly items: readonly {
    readonly metadata: { readonly name?: string }
    readonly versions: readonly { readonly version: string; readonly resources: readonly Discovered[] }[]
  }[]
}

interface Schema {
  readonly description?: string
  readonly properties?: Readonly<Record<string, { readonly description?: string }>>
  readonly 'x-kubernetes-map-type'?: string
}

interface OpenApi {
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>
  }
}

const [server = '', typesFile = join(import.meta.dirname, 'types.json')] = process.argv.slice(2)

const names = await discovery()
const { types, kinds } = cut(JSON.parse(readFileSync(typesFile, 'utf8')) as Types)
write('discovery', names)
const schemas = await openApi()
write('types', { kinds, atomic: atomic(schemas), types })
write('descriptions', descriptions(schemas, [...Object.keys(types), ...Object.values(scalar)]))
write(
  'columns',
  Object.fromEntries(
    await Promise.all(names.filter(isModelled).map(async (kind) => [kindOf(kind), await columns(kind)])),
  ),
)
write('defaults', await recordDefaults(server))

function write(name: string, facts: object): void {
  const lines = Object.entries(facts).map(([key, value]) =>
    Array.isArray(facts) ? JSON.stringify(value) : `${JSON.stringify(key)}:${nested(value)}`,
  )
  const [open, close] = Array.isArray(facts) ? '[]' : '{}'
  writeFileSync(join(import.meta.dirname, `${name}.json`), `${open}\n${lines.join(',\n')}\n${close}\n`)
}

/** A line for each of what is in an object: so that a change shows. */
function nested(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return JSON.stringify(value)
  return `{\n${Object.entries(value)
    .map(([key, of]) => `${JSON.stringify(key)}:${JSON.stringify(of)}`)
    .join(',\n')}\n}`
}

async function get<T>(path: string, accept = 'application/json'): Promise<T> {
  const answer = await fetch(`${server}${path}`, { headers: { accept } })
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`)
  return (await answer.json()) as T
}

async function discovery(): Promise<readonly Names[]> {
  const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'
  const documents = [await get<Discovery>('/api', accept), await get<Discovery>('/apis', accept)]
  return documents
    .flatMap(({ items }) => items)
    .flatMap(({ metadata, versions }) =>
      versions.flatMap(({ version, resources }) =>
        resources.map((found) => ({
          group: metadata.name ?? '',
          version,
          kind: found.responseKind.kind,
          plural: found.resource,
          singular: found.singularResource,
          shortNames: found.shortNames ?? [],
          categories: found.categories ?? [],
          namespaced: found.scope === 'Namespaced',
          verbs: found.verbs,
          subresources: (found.subresources ?? []).map(({ subresource }) => subresource),
        })),
      ),
    )
}

function isModelled(kind: Names): boolean {
  return kind.verbs.includes('get') && modelled.includes(kindOf(kind))
}

/** Modelled kinds, what is posted beside them, and every type that they are made of. */
function cut(all: Types): Types {
  const roots = names.filter((kind) => isModelled(kind) || !kind.verbs.includes('get'))
  const wanted = new Set([
    ...roots.map((root) => `${apiVersionOf(root)}/${root.kind}`),
    'policy/v1/Eviction',
    'authentication.k8s.io/v1/TokenRequest',
  ])
  const posted = Object.fromEntries(Object.entries(all.kinds).filter(([name]) => wanted.has(name)))
  const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1'
  const reached = new Set<string>()
  const reach = (type: string) => {
    const bare = type.replaceAll(/\[\]|map:/g, '')
    if (reached.has(bare) || all.types[bare] === undefined) return
    reached.add(bare)
    for (const field of Object.values(all.types[bare])) reach(field.type)
  }
  for (const type of [...Object.values(posted), `${meta}.DeleteOptions`, `${meta}.Status`, `${meta}.ListMeta`])
    reach(type)
  return { kinds: posted, types: Object.fromEntries(Object.entries(all.types).filter(([type]) => reached.has(type))) }
}

function openApi(): Promise<readonly OpenApi[]> {
  const groups = new Set(names.filter(isModelled).map(rootOf))
  return Promise.all([...groups].map((group) => get<OpenApi>(`/openapi/v3/${group}`)))
}

/** What `kubectl explain` says of these types and, under their names, of their fields. */
function descriptions(documents: readonly OpenApi[], of: readonly string[]): object {
  const found = new Map(documents.flatMap(({ components }) => Object.entries(components.schemas)))
  const textsOf = ({ description, properties = {} }: Schema = {}) => [
    ['', description] as const,
    ...Object.entries(properties).map(([name, field]) => [name, field.description] as const),
  ]
  return Object.fromEntries(of.map((type) => [type, objectOf(textsOf(found.get(type)))]))
}

/** Structs that server-side apply owns as one value. */
function atomic(documents: readonly OpenApi[]): readonly string[] {
  const found = documents.flatMap(({ components }) =>
    Object.entries(components.schemas).flatMap(([type, schema]) =>
      schema['x-kubernetes-map-type'] === 'atomic' ? [type] : [],
    ),
  )
  return [...new Set(found)].filter((type) => types[type] !== undefined).toSorted()
}

async function columns(kind: Names): Promise<readonly object[]> {
  const table = await get<{ columnDefinitions: readonly object[] }>(
    `/${rootOf(kind)}/${kind.plural}?limit=1`,
    'application/json;as=Table;v=v1;g=meta.k8s.io',
  )
  return table.columnDefinitions
}
