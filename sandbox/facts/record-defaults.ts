import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { fieldsOf, isListType, isMapType, itemType, typeOf } from '../schema/types.ts'
import { entries, isList, isObject, type Json, type JsonObject } from '../schema/json.ts'

/** Type, field, and what it is where nothing was said. */
type Defaults = Record<string, Record<string, Json>>

interface Minimal extends JsonObject {
  readonly apiVersion: string
  readonly kind: string
}

const minimal = parseAllDocuments(readFileSync(join(import.meta.dirname, 'minimal.yaml'), 'utf8')).map(
  (document) => document.toJS() as Minimal,
)

// What the server adds for this one object: admission, allocation, status.
const notDefaults =
  'kind clusterIP clusterIPs metadata status storageClassName finalizers targetPort imagePullPolicy ipFamilies ipFamilyPolicy internalTrafficPolicy'.split(
    ' ',
  )

export async function recordDefaults(server: string): Promise<Defaults> {
  const found: Defaults = {}
  for (const object of minimal) {
    const [group = '', version = group] = object.apiVersion.split('/')
    const type = typeOf({ group: group === version ? '' : group, version, kind: object.kind })
    if (type === undefined) throw new Error(`no type for ${object.kind}`)
    compare(type, object, await dryRun(server, object), found)
  }
  return Object.fromEntries(Object.entries(found).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

async function dryRun(server: string, object: Minimal): Promise<JsonObject> {
  const { apiVersion, kind } = object
  const namespaced = !['PersistentVolume', 'StorageClass', 'PriorityClass'].includes(kind)
  const plural = kind === 'Endpoints' ? 'endpoints' : `${kind.toLowerCase()}${kind.endsWith('ss') ? 'es' : 's'}`
  const path = `${apiVersion === 'v1' ? 'api' : 'apis'}/${apiVersion}/${namespaced ? 'namespaces/default/' : ''}${plural}`
  const answer = await fetch(`${server}/${path}?dryRun=All`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ metadata: { name: 'facts' }, ...object }),
  })
  if (!answer.ok) throw new Error(await answer.text())
  return (await answer.json()) as JsonObject
}

function compare(type: string, sent: Json | undefined, got: Json, found: Defaults): void {
  if (isList(got)) {
    if (isListType(type))
      for (const [at, item] of got.entries()) compare(itemType(type), isList(sent) ? sent[at] : undefined, item, found)
    return
  }
  const fields = fieldsOf(type)
  if (!isObject(got) || isMapType(type) || fields === undefined) return
  for (const [name, value] of entries(got)) {
    const field = fields.get(name)
    // A template inside another object says what it is.
    const isTypeMeta = name === 'apiVersion' && fields.has('metadata')
    if (field === undefined || isTypeMeta || notDefaults.includes(name)) continue
    const said = isObject(sent) ? sent[name] : undefined
    if (said !== undefined) compare(field.type, said, value, found)
    else if (!isZero(field.type, field.pointer === true, value)) (found[type] ??= {})[name] = value
  }
}

/** What Go's zero value looks like: there without any default. */
function isZero(type: string, pointer: boolean, value: Json): boolean {
  if (pointer) return false
  if (fieldsOf(type) !== undefined) return isObject(value) && Object.keys(value).length === 0
  return value === null || value === '' || value === 0 || value === '0' || value === false
}
