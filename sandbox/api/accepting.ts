import type { Obj } from '../kubernetes.ts'
import { badRequest } from '../refusal.ts'
import { check } from '../schema/index.ts'
import { type JsonObject, own } from '../schema/json.ts'
import { type GroupVersionKind, typeOf } from '../schema/types.ts'
import { type Body, decoded, goTypeOf, objectIn, unrecognized } from './body.ts'
import { apiVersionOf } from '../facts/names.ts'
import type { WriteOptions } from './writing.ts'

/** What was sent, as Go would hold it: of the right type, unknown fields gone, and complained about as the client wishes. */
export function accepted(gvk: GroupVersionKind, body: Body, { validation, warn }: WriteOptions): Obj {
  const { value: sent, duplicates } = decoded(body, gvk.kind)
  const value = objectIn(sent, body, gvk.kind)
  const nameless = unnamedType(value)
  if (nameless !== undefined) throw unrecognized(body, gvk.kind, nameless)
  const [version = ''] = (named(value, 'apiVersion') ?? gvk.version).split('/').toReversed()
  const cannot = `${named(value, 'kind') ?? gvk.kind} in version "${version}" cannot be handled as a ${gvk.kind}`
  const other = otherType(gvk, value)
  if (other !== undefined) throw badRequest(`${cannot}: ${other}`)
  const { object, unknown, error } = check(gvk, value)
  if (error !== undefined) throw badRequest(`${cannot}: ${error}`)
  const strict = [...unknown, ...duplicates]
  if (validation === 'Strict' && strict.length > 0)
    throw badRequest(`${cannot}: strict decoding error: ${strict.join(', ')}`)
  if (validation === 'Warn') warn(strict)
  return { ...withMetadata(object), apiVersion: apiVersionOf(gvk), kind: gvk.kind }
}

/** A body may have none, and even be nothing but {}. */
export const withMetadata = (object: Partial<Obj>): Obj => ({ metadata: {}, ...object }) as Obj

/** What is wrong where kind or apiVersion is no text. */
export function unnamedType(value: JsonObject): string | undefined {
  const field = ['apiVersion', 'kind'].find(
    (name) => !['string', 'undefined'].includes(typeof (own(value, name) ?? undefined)),
  )
  if (field === undefined) return undefined
  return `json: cannot unmarshal ${goTypeOf(own(value, field) ?? null)} into Go struct field .${field} of type string`
}

/** The URL says what it has to be; what says nothing of itself is that. */
export function otherType(gvk: GroupVersionKind, value: JsonObject): string | undefined {
  const expected = apiVersionOf(gvk)
  const kind = named(value, 'kind') ?? gvk.kind
  const apiVersion = named(value, 'apiVersion') ?? expected
  if (kind === gvk.kind && apiVersion === expected) return undefined
  const [version = '', group = ''] = apiVersion.split('/').toReversed()
  const other = { group, version, kind }
  if (typeOf(other) === undefined)
    return `no kind "${kind}" is registered for version "${apiVersion}" in scheme "pkg/runtime/scheme.go:110"`
  if (apiVersion !== expected)
    throw badRequest(
      `the API version in the data (${apiVersion}) does not match the expected API version (${expected})`,
    )
  const internal = gvk.group === '' ? 'core' : (gvk.group.split('.')[0] ?? '')
  return check(other, value).error ?? `converting (${version}.${kind}) to (${internal}.${gvk.kind}): unknown conversion`
}

export function named(value: JsonObject, field: string): string | undefined {
  const found = own(value, field)
  return typeof found === 'string' && found !== '' ? found : undefined
}
