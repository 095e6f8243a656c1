import type { Obj } from '../kubernetes.ts'
import { entries, isList, isObject, type Json, type JsonObject } from './json.ts'
import { type Findings, type Place, shortName, wrongType } from './findings.ts'
import { readScalar } from './scalars.ts'
import type { Field } from '../facts/index.ts'
import { fieldsOf, type GroupVersionKind, isListType, isMapType, itemType, scalar, typeOf } from './types.ts'

export interface Checked {
  /** What Go would hold: no unknown fields, no nulls, no zero values that are omitted when empty. */
  readonly object: Obj
  /** unknown field "spec.foo" */
  readonly unknown: readonly string[]
  /** The first value of a wrong type, in encoding/json's words. */
  readonly error?: string
}

/** Reads a body as Go's typed decoder does. Kinds that are not in the table pass as they are. */
export function check(gvk: GroupVersionKind, value: object): Checked {
  const type = typeOf(gvk)
  if (type === undefined) return { object: value as Obj, unknown: [] }
  const findings: Findings = { unknown: [] }
  const object = readStruct(type, value as JsonObject, { path: '', fields: '', struct: shortName(type) }, findings)
  const error = findings.refused ?? findings.wrong
  return { object: object as unknown as Obj, unknown: findings.unknown, ...(error === undefined ? {} : { error }) }
}

/** The same form, for what is known to fit. */
export const canonical = (gvk: GroupVersionKind, value: object): Obj => check(gvk, value).object

function readStruct(type: string, value: JsonObject, place: Place, findings: Findings): JsonObject {
  const fields = fieldsOf(type) ?? new Map<string, Field>()
  const read: [string, Json][] = []
  for (const [name, content] of entries(value)) {
    if (findings.refused !== undefined) break
    const field = fields.get(name)
    const path = place.path === '' ? name : `${place.path}.${name}`
    if (field === undefined) {
      if (content !== undefined) findings.unknown.push(`unknown field "${path}"`)
      continue
    }
    if (content === null || content === undefined) continue
    const inside = { path, fields: place.fields === '' ? name : `${place.fields}.${name}`, struct: shortName(type) }
    const result = readValue(field.type, content, inside, findings)
    // A stored list without items is Go's nil: it is protobuf that is stored.
    if (result !== undefined && isList(result) && result.length === 0) continue
    if (result !== undefined && (field.pointer === true || field.omitEmpty !== true || !isEmpty(result)))
      read.push([name, result])
  }
  const there = new Set(read.map(([name]) => name))
  for (const [name, field] of fields) if (!there.has(name)) read.push(...whenAbsent(name, field))
  return Object.fromEntries(read)
}

// A Pod without containers is refused, but until then it is looked into.
const safer = ['containers', 'sources']

// encoding/json's omitempty spares no struct: `resources: {}` is always there.
function whenAbsent(name: string, field: Field): [string, Json][] {
  if (field.pointer === true || isListType(field.type) || isMapType(field.type))
    return field.omitEmpty === true ? [] : [[name, safer.includes(name) ? [] : null]]
  if (fieldsOf(field.type) !== undefined)
    return [[name, readStruct(field.type, {}, { path: '', fields: '', struct: '' }, { unknown: [] })]]
  const zero = zeroes.get(field.type)
  if (zero !== undefined) return [[name, zero]]
  if (field.type === scalar.time || field.type === scalar.microTime || field.type === scalar.raw)
    return name === 'creationTimestamp' ? [] : [[name, null]]
  if (field.omitEmpty === true) return []
  return [[name, field.type === 'string' ? '' : field.type === 'bool' ? false : field.type === 'bytes' ? null : 0]]
}

// Structs in Go with a JSON form of their own.
const zeroes = new Map<string, Json>([
  [scalar.quantity, '0'],
  [scalar.intOrString, 0],
])

function isEmpty(value: Json): boolean {
  return value === '' || value === 0 || value === false || (isList(value) && value.length === 0)
}

function readValue(type: string, value: Json, place: Place, findings: Findings): Json | undefined {
  if (isListType(type)) {
    if (!isList(value)) return wrongType(type, value, place, findings)
    return value.map((item, at) => readItem(itemType(type), item, { ...place, path: `${place.path}[${at}]` }, findings))
  }
  if (isMapType(type)) {
    if (!isObject(value)) return wrongType(type, value, place, findings)
    const read = entries(value).map(([key, item]): [string, Json] => [
      key,
      readItem(itemType(type), item, { ...place, path: `${place.path}.${key}` }, findings),
    ])
    return read.length === 0 ? undefined : Object.fromEntries(read)
  }
  if (fieldsOf(type) !== undefined)
    return isObject(value) ? readStruct(type, value, place, findings) : wrongType(type, value, place, findings)
  return readScalar(type, value, place, findings)
}

/** In a list or a map null is the zero value, and so is what could not be read. */
function readItem(type: string, item: Json, place: Place, findings: Findings): Json {
  const read = item === null ? undefined : readValue(type, item, place, findings)
  if (read !== undefined) return read
  if (fieldsOf(type) !== undefined) return readStruct(type, {}, place, findings)
  return (
    zeroes.get(type) ??
    (type === 'string' || type === 'bytes' ? '' : type === 'bool' ? false : isListType(type) ? [] : 0)
  )
}
