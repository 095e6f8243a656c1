import { createHash } from 'node:crypto'
import type { Names } from '../contracts.ts'
import { readFacts } from '../facts/index.ts'
import { rootOf } from '../facts/names.ts'
import type { JsonObject } from './json.ts'
import type { Field } from '../facts/index.ts'
import { fieldsOf, isAtomic, isListType, isMapType, itemType, scalar, typeOf } from './types.ts'

interface Page {
  readonly text: string
  readonly headers: Readonly<Record<string, string>>
}

/** What is served below /openapi/v3: an index, and a document for each group and version. */
export function openApi(resources: readonly Names[], version: string): (path: string) => Page | undefined {
  const byGroup = new Map<string, Names[]>()
  for (const names of resources) byGroup.set(rootOf(names), [...(byGroup.get(rootOf(names)) ?? []), names])
  const pages = new Map<string, Page>()
  const hashOf = (root: string) => createHash('sha256').update(`${version} ${root}`).digest('hex').toUpperCase()

  return (path) => {
    const root = path.replace(/^\/openapi\/v3\/?/u, '')
    if (root === '') {
      const paths = [...byGroup.keys()].map((each): [string, JsonObject] => [
        each,
        { serverRelativeURL: `/openapi/v3/${each}?hash=${hashOf(each)}` },
      ])
      return { text: JSON.stringify({ paths: Object.fromEntries(paths) }), headers: {} }
    }
    const members = byGroup.get(root)
    if (members === undefined) return undefined
    let page = pages.get(root)
    if (page === undefined) {
      // kubectl keeps it on disk, and asks only for the index again.
      const headers = {
        ETag: `"${hashOf(root)}"`,
        'Cache-Control': 'public, immutable',
        Expires: 'Thu, 31 Dec 2099 23:59:59 UTC',
      }
      page = { text: JSON.stringify(documentOf(members, version)), headers }
      pages.set(root, page)
    }
    return page
  }
}

const patchTypes = ['apply-patch+yaml', 'json-patch+json', 'merge-patch+json', 'strategic-merge-patch+json']
const queries = ['dryRun', 'fieldManager', 'fieldValidation', 'force']

function documentOf(members: readonly Names[], version: string): JsonObject {
  const paths = members.map((names): [string, JsonObject] => {
    const { plural, namespaced, group, version: of, kind } = names
    const patch = {
      'x-kubernetes-action': 'patch',
      'x-kubernetes-group-version-kind': { group, version: of, kind },
      parameters: queries.map((name) => ({
        name,
        in: 'query',
        schema: { type: name === 'force' ? 'boolean' : 'string' },
      })),
      requestBody: { content: Object.fromEntries(patchTypes.map((type) => [`application/${type}`, { schema: {} }])) },
      responses: {},
    }
    return [`/${rootOf(names)}/${namespaced ? 'namespaces/{namespace}/' : ''}${plural}/{name}`, { patch }]
  })
  const kinds = new Map(
    members.flatMap((names): [string, Names][] => {
      const type = typeOf(names)
      return type === undefined ? [] : [[type, names]]
    }),
  )
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version },
    paths: Object.fromEntries(paths),
    components: { schemas: schemasOf(kinds) },
  }
}

/** Of these types, and of all that they are made of. */
function schemasOf(kinds: ReadonlyMap<string, Names>): JsonObject {
  const schemas = new Map<string, JsonObject>()
  const waiting = [...kinds.keys()]
  for (let type = waiting.pop(); type !== undefined; type = waiting.pop()) {
    if (schemas.has(type)) continue
    const fields = [...(fieldsOf(type) ?? [])]
    schemas.set(type, { ...schemaOf(type, fields), ...kindOf(kinds.get(type)) })
    waiting.push(...fields.map(([, field]) => structOf(field.type)).filter((each) => each.includes('.')))
  }
  return Object.fromEntries(schemas)
}

const kindOf = (names: Names | undefined): JsonObject =>
  names === undefined
    ? {}
    : { 'x-kubernetes-group-version-kind': [{ group: names.group, kind: names.kind, version: names.version }] }

/** "X" of "map:[]X". */
const structOf = (type: string): string => (isListType(type) || isMapType(type) ? structOf(itemType(type)) : type)

const scalars: Readonly<Record<string, JsonObject>> = {
  [scalar.time]: { type: 'string', format: 'date-time' },
  [scalar.microTime]: { type: 'string', format: 'date-time' },
  [scalar.fields]: { type: 'object' },
  [scalar.raw]: { type: 'object' },
  [scalar.quantity]: { oneOf: [{ type: 'string' }, { type: 'number' }] },
  [scalar.intOrString]: { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
}

/** Of a type's fields; "" is the type itself. Read when something is explained: most sandboxes explain nothing. */
type Descriptions = Readonly<Record<string, Readonly<Record<string, string>>>>
let descriptions: Descriptions | undefined

function schemaOf(type: string, fields: readonly (readonly [string, Field])[]): JsonObject {
  const described = (descriptions ??= readFacts('descriptions') as Descriptions)[type] ?? {}
  const description = said(described[''])
  if (fields.length === 0) return { ...description, ...(scalars[type] ?? { type: 'object' }) }
  const required = fields.filter(([, field]) => field.required === true).map(([name]) => name)
  const properties = fields.map(([name, field]): [string, JsonObject] => [
    name,
    { ...said(described[name]), ...fieldSchema(field) },
  ])
  return {
    ...description,
    type: 'object',
    ...(required.length === 0 ? {} : { required }),
    properties: Object.fromEntries(properties),
    ...(isAtomic(type) ? { 'x-kubernetes-map-type': 'atomic' } : {}),
  }
}

const said = (description = ''): JsonObject => (description === '' ? {} : { description })

function fieldSchema(field: Field): JsonObject {
  const { type, pointer, omitEmpty, listType, listKeys, mapType, patchStrategy, patchMergeKey } = field
  const extensions = {
    'x-kubernetes-list-type': listType,
    'x-kubernetes-list-map-keys': listKeys,
    'x-kubernetes-map-type': mapType,
    'x-kubernetes-patch-strategy': patchStrategy,
    'x-kubernetes-patch-merge-key': patchMergeKey,
  }
  const fallback = field.default ?? (pointer === true || omitEmpty === true ? undefined : zeroOf(type))
  return {
    ...typeSchema(type, pointer === true),
    ...(field.enum === undefined ? {} : { enum: field.enum }),
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(Object.fromEntries(Object.entries(extensions).filter(([, value]) => value !== undefined)) as JsonObject),
  }
}

const simple: Readonly<Record<string, JsonObject>> = {
  string: { type: 'string' },
  bool: { type: 'boolean' },
  int32: { type: 'integer', format: 'int32' },
  int64: { type: 'integer', format: 'int64' },
  float64: { type: 'number', format: 'double' },
  bytes: { type: 'string', format: 'byte' },
}

const zeroes: Readonly<Record<string, string | number | boolean>> = { string: '', bool: false, int32: 0, int64: 0 }
const zeroOf = (type: string) => zeroes[type]

function typeSchema(type: string, pointer = true): JsonObject {
  if (isListType(type)) return { type: 'array', items: itemSchema(itemType(type)) }
  if (isMapType(type)) return { type: 'object', additionalProperties: itemSchema(itemType(type)) }
  const found = simple[type]
  if (found !== undefined) return found
  return { ...(pointer ? {} : { default: {} }), allOf: [{ $ref: `#/components/schemas/${type}` }] }
}

const itemSchema = (type: string): JsonObject => {
  const fallback = zeroOf(type)
  return { ...typeSchema(type, false), ...(fallback === undefined ? {} : { default: fallback }) }
}
