import type { IncomingMessage } from 'node:http'
import type { Key } from '../contracts.ts'
import type { Metadata, Obj } from '../kubernetes.ts'
import { badRequest, type Cause, invalid, Refusal } from '../refusal.ts'
import { check, managerOf } from '../schema/index.ts'
import { type JsonObject, own } from '../schema/json.ts'
import { type GroupVersionKind, typeOf } from '../schema/types.ts'
import { type Body, decoded, goTypeOf, objectIn, unrecognized } from './body.ts'
import { apiVersionOf } from './render.ts'

/** What the query of a write says. */
export interface WriteOptions {
  readonly dryRun: boolean
  readonly validation: 'Strict' | 'Warn' | 'Ignore'
  readonly manager: string
}

export function writeOptions(query: URLSearchParams, { headers }: IncomingMessage, kind: string): WriteOptions {
  const causes: Cause[] = []
  const dryRun = query.getAll('dryRun').filter((value) => value !== '')
  if (dryRun.some((value) => value !== 'All'))
    causes.push(unsupported('dryRun', `[${dryRun.map((value) => JSON.stringify(value)).join(' ')}]`, '"All"'))
  const validation = query.get('fieldValidation') || 'Warn'
  if (!isValidation(validation))
    causes.push(unsupported('fieldValidation', JSON.stringify(validation), '"", "Ignore", "Strict", "Warn"'))
  if (causes.length > 0) throw invalid(`${kind}.meta.k8s.io`, '', causes)
  return {
    dryRun: dryRun.length > 0,
    validation: isValidation(validation) ? validation : 'Warn',
    manager: managerOf(query.get('fieldManager'), headers['user-agent'] ?? ''),
  }
}

const isValidation = (name: string): name is WriteOptions['validation'] => ['Strict', 'Warn', 'Ignore'].includes(name)

const unsupported = (field: string, value: string, supported: string): Cause => ({
  field,
  reason: 'FieldValueNotSupported',
  message: `Unsupported value: ${value}: supported values: ${supported}`,
})

export interface Accepted {
  readonly object: Obj
  readonly warnings: readonly string[]
}

/** What was sent, as Go would hold it: of the right type, unknown fields gone, and complained about as the client wishes. */
export function accepted(gvk: GroupVersionKind, body: Body, { validation }: WriteOptions): Accepted {
  const { value: sent, duplicates } = decoded(body, gvk.kind)
  const value = objectIn(sent, body, gvk.kind)
  for (const field of ['apiVersion', 'kind'])
    if (!['string', 'undefined'].includes(typeof (own(value, field) ?? undefined)))
      throw unrecognized(
        body,
        gvk.kind,
        `json: cannot unmarshal ${goTypeOf(own(value, field) ?? null)} into Go struct field .${field} of type string`,
      )
  refuseOtherType(gvk, value)
  const { object, unknown, error } = check(gvk, value)
  const cannot = `${gvk.kind} in version "${gvk.version}" cannot be handled as a ${gvk.kind}`
  if (error !== undefined) throw badRequest(`${cannot}: ${error}`)
  const strict = [...unknown, ...duplicates]
  if (validation === 'Strict' && strict.length > 0)
    throw badRequest(`${cannot}: strict decoding error: ${strict.join(', ')}`)
  return { object: { ...withMetadata(object), ...typeMeta(gvk) }, warnings: validation === 'Warn' ? strict : [] }
}

const typeMeta = (gvk: GroupVersionKind) => ({ apiVersion: apiVersionOf(gvk), kind: gvk.kind })

/** A body may have none, and even be nothing but {}. */
export const withMetadata = (object: Partial<Obj>): Obj => ({ metadata: {}, ...object }) as Obj

/** The URL says what it has to be; a body that says nothing is that. */
function refuseOtherType(gvk: GroupVersionKind, value: JsonObject): void {
  const expected = apiVersionOf(gvk)
  const kind = named(value, 'kind') ?? gvk.kind
  const apiVersion = named(value, 'apiVersion') ?? expected
  if (kind === gvk.kind && apiVersion === expected) return
  const [version = '', group = ''] = apiVersion.split('/').toReversed()
  const cannot = `${kind} in version "${version}" cannot be handled as a ${gvk.kind}`
  const other = { group, version, kind }
  if (typeOf(other) === undefined)
    throw badRequest(
      `${cannot}: no kind "${kind}" is registered for version "${apiVersion}" in scheme "pkg/runtime/scheme.go:110"`,
    )
  if (apiVersion !== expected)
    throw badRequest(
      `the API version in the data (${apiVersion}) does not match the expected API version (${expected})`,
    )
  const { error } = check(other, value)
  if (error !== undefined) throw badRequest(`${cannot}: ${error}`)
  const internal = gvk.group === '' ? 'core' : (gvk.group.split('.')[0] ?? '')
  throw badRequest(`${cannot}: converting (${version}.${kind}) to (${internal}.${gvk.kind}): unknown conversion`)
}

export function named(value: JsonObject, field: string): string | undefined {
  const found = own(value, field)
  return typeof found === 'string' && found !== '' ? found : undefined
}

/** Refuses another place than the URL names. */
export function placed({ metadata }: Obj, { namespace, name }: Key): void {
  if ((metadata.namespace ?? '') !== '' && metadata.namespace !== namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
  if (name !== '' && (metadata.name ?? '') !== '' && metadata.name !== name)
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`)
}

export const nameless = ({ name }: Key) =>
  badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`)

const immutable = ['uid', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const
const systemFields = new Set<string>([...immutable, 'resourceVersion', 'creationTimestamp', 'generation', 'selfLink'])

/** A change, with the metadata that no client sets: rest.BeforeUpdate and ValidateObjectMetaUpdate. `kind`: "Deployment.apps". */
export function settled(next: Obj, old: Obj, kind: string): Obj {
  const { metadata } = next
  const causes = immutable
    .filter(
      (field) => metadata[field] !== undefined && metadata[field] !== '' && metadata[field] !== old.metadata[field],
    )
    .map((field) => ({
      field: `metadata.${field}`,
      reason: 'FieldValueInvalid',
      message: `Invalid value: ${JSON.stringify(metadata[field])}: field is immutable`,
    }))
    .concat(lateFinalizers(metadata.finalizers ?? [], old.metadata))
  if (causes.length > 0) {
    const { code, reason, message, details } = invalid(kind, old.metadata.name, causes)
    // The API server and the kind's own validation both say it; the message says it once.
    throw new Refusal(code, reason, message, { ...details, causes: [...causes, ...causes] })
  }
  const system = Object.entries(old.metadata).filter(([name]) => systemFields.has(name))
  return { ...next, metadata: { ...withoutSystem(metadata), ...(Object.fromEntries(system) as unknown as Metadata) } }
}

function lateFinalizers(finalizers: readonly string[], { deletionTimestamp, finalizers: had = [] }: Metadata) {
  const late = deletionTimestamp === undefined ? [] : finalizers.filter((each) => !had.includes(each)).toSorted()
  const found = `[]string{${late.map((each) => JSON.stringify(each)).join(', ')}}`
  const message = `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers ${found}`
  return late.length === 0 ? [] : [{ field: 'metadata.finalizers', reason: 'FieldValueForbidden', message }]
}

/** What a client may say about itself: rest.BeforeCreate takes the rest away. */
export const withoutSystem = (metadata: Metadata | undefined): Metadata =>
  Object.fromEntries(Object.entries(metadata ?? {}).filter(([name]) => !systemFields.has(name))) as unknown as Metadata
