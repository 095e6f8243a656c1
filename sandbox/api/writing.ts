import type { IncomingMessage } from 'node:http'
import type { Key } from '../contracts.ts'
import type { Metadata, Obj } from '../kubernetes.ts'
import { badRequest, type Cause, conflict, invalid } from '../refusal.ts'
import { check, managerOf } from '../schema/index.ts'
import { type Json, type JsonObject, own } from '../schema/json.ts'
import type { GroupVersionKind } from '../schema/types.ts'
import { asObject } from './body.ts'
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
  if (dryRun.some((value) => value !== 'All')) causes.push(unsupported('dryRun', dryRun.join(), '"All"'))
  const validation = query.get('fieldValidation') || 'Warn'
  if (!isValidation(validation)) causes.push(unsupported('fieldValidation', validation, '"Ignore", "Strict", "Warn"'))
  if (causes.length > 0) throw invalid(`${kind}.meta.k8s.io`, '', causes)
  return {
    dryRun: dryRun.length > 0,
    validation: isValidation(validation) ? validation : 'Warn',
    manager: managerOf(query.get('fieldManager'), headers['user-agent'] ?? ''),
  }
}

const isValidation = (text: string): text is WriteOptions['validation'] => ['Strict', 'Warn', 'Ignore'].includes(text)

const unsupported = (field: string, value: string, supported: string): Cause => ({
  field,
  reason: 'FieldValueNotSupported',
  message: `Unsupported value: "${value}": supported values: ${supported}`,
})

export interface Accepted {
  readonly object: Obj
  readonly warnings: readonly string[]
}

interface Sent {
  readonly value: Json
  readonly duplicates?: readonly string[]
}

/** What was sent, as Go would hold it: of the right type, unknown fields gone, and complained about as the client wishes. */
export function accepted(gvk: GroupVersionKind, sent: Sent, { validation }: WriteOptions): Accepted {
  const value = asObject(sent.value)
  refuseOtherType(gvk, value)
  const { object, unknown, error } = check(gvk, value)
  const cannot = `${gvk.kind} in version "${gvk.version}" cannot be handled as a ${gvk.kind}`
  if (error !== undefined) throw badRequest(`${cannot}: ${error}`)
  const strict = [...unknown, ...(sent.duplicates ?? [])]
  if (validation === 'Strict' && strict.length > 0)
    throw badRequest(`${cannot}: strict decoding error: ${strict.join(', ')}`)
  return { object, warnings: validation === 'Warn' ? strict : [] }
}

function refuseOtherType(gvk: GroupVersionKind, value: JsonObject): void {
  const kind = text(value, 'kind')
  const apiVersion = text(value, 'apiVersion')
  const expected = apiVersionOf(gvk)
  if (apiVersion !== expected)
    throw badRequest(
      `the API version in the data (${apiVersion}) does not match the expected API version (${expected})`,
    )
  if (kind !== gvk.kind)
    throw badRequest(
      `${kind} in version "${gvk.version}" cannot be handled as a ${gvk.kind}: converting (v1.${kind}) to (v1.${gvk.kind}): unknown conversion`,
    )
}

function text(value: JsonObject, field: string): string {
  const found = own(value, field)
  if (typeof found === 'string' && found !== '') return found
  throw badRequest(`Object '${field === 'kind' ? 'Kind' : field}' is missing in '${JSON.stringify(value)}'`)
}

/** Fills in the place that the URL names, and refuses another. */
export function placed({ metadata }: Obj, { namespace, name }: Key): void {
  if ((metadata.namespace ?? '') !== '' && metadata.namespace !== namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
  if (name !== '' && (metadata.name ?? '') !== '' && metadata.name !== name)
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`)
}

/** A change's metadata with what no client sets: k8s.io/apiserver's rest.BeforeUpdate. */
export function settled(next: Obj, old: Obj, key: Key): Obj {
  const { metadata } = next
  if (metadata.uid && metadata.uid !== old.metadata.uid)
    throw conflict(
      { resource: key.kind, name: key.name },
      `Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${old.metadata.uid}`,
    )
  return { ...next, metadata: { ...withoutSystem(metadata), ...systemOf(old.metadata) } }
}

const systemFields = [
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'generation',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'selfLink',
]

const systemOf = (metadata: Metadata) =>
  Object.fromEntries(Object.entries(metadata).filter(([name]) => systemFields.includes(name))) as unknown as Metadata

/** What a client may say about itself: k8s.io/apiserver's rest.BeforeCreate takes the rest away. */
export const withoutSystem = (metadata: Metadata): Metadata =>
  Object.fromEntries(
    Object.entries(metadata ?? {}).filter(([name]) => !systemFields.includes(name)),
  ) as unknown as Metadata
