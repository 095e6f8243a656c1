import { badRequest } from '../refusal.ts'
import type { Json, JsonObject } from './json.ts'
import type { Field } from '../facts/index.ts'
import { declaredFields, isListType, isMapType, itemType, scalar, typeOf } from './types.ts'

const magic = Buffer.from('k8s\0')

export const isProtobuf = (body: Uint8Array): boolean => body.length >= 4 && magic.equals(body.subarray(0, 4))

/** A body as kubectl 1.32 and later send it, in its JSON form. The envelope: "k8s\0" and runtime.Unknown {1: TypeMeta, 2: raw}. */
export function decode(body: Uint8Array): JsonObject {
  try {
    const envelope = read(body.subarray(4))
    const meta = read(bytes(envelope, 1))
    const [apiVersion, kind] = [text(meta, 1), text(meta, 2)]
    const slash = apiVersion.indexOf('/')
    const type = typeOf({ group: apiVersion.slice(0, Math.max(slash, 0)), version: apiVersion.slice(slash + 1), kind })
    if (!isProtobuf(body) || type === undefined)
      throw new Error(`no kind "${kind}" is registered for version "${apiVersion}"`)
    return { ...message(type, bytes(envelope, 2)), apiVersion, kind }
  } catch (error) {
    throw badRequest(`the body is no protobuf object: ${error instanceof Error ? error.message : String(error)}`)
  }
}

interface Part {
  readonly number: number
  readonly value: bigint | Uint8Array
}

const bytes = (parts: readonly Part[], number: number): Uint8Array => {
  const value = parts.find((part) => part.number === number)?.value
  return value instanceof Uint8Array ? value : new Uint8Array()
}
const text = (parts: readonly Part[], number: number): string => Buffer.from(bytes(parts, number)).toString()

function read(from: Uint8Array): Part[] {
  const parts: Part[] = []
  let at = 0
  const varint = (): bigint => {
    let [value, shift] = [0n, 0n]
    for (;;) {
      const byte = from[at]
      if (byte === undefined || shift > 63n) throw new Error('unexpected EOF')
      at += 1
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return BigInt.asIntN(64, value)
      shift += 7n
    }
  }
  while (at < from.length) {
    const tag = Number(varint())
    const wire = tag & 7
    if (wire === 0) {
      parts.push({ number: tag >>> 3, value: varint() })
      continue
    }
    const length = wire === 2 ? Number(varint()) : wire === 1 ? 8 : wire === 5 ? 4 : -1
    if (length < 0 || at + length > from.length) throw new Error('unexpected EOF')
    parts.push({ number: tag >>> 3, value: from.subarray(at, at + length) })
    at += length
  }
  return parts
}

function message(type: string, from: Uint8Array): JsonObject {
  const fields = Object.entries(declaredFields(type) ?? {})
  const found = new Map<string, Json>()
  for (const { number, value } of read(from)) {
    const [name, field] = fields.find(([, { number: own }]) => own === number) ?? []
    if (name === undefined || field === undefined) continue
    if (field.inline === true && value instanceof Uint8Array) {
      for (const [key, inner] of Object.entries(message(field.type, value))) found.set(key, inner)
    } else add(found, name, field, value)
  }
  return Object.fromEntries(found)
}

// Go writes the zero values of fields that are no pointers; their JSON form leaves them out.
function add(found: Map<string, Json>, name: string, { type, pointer }: Field, value: bigint | Uint8Array): void {
  if (isListType(type)) {
    const list = (found.get(name) ?? []) as readonly Json[]
    found.set(name, [...list, decoded(itemType(type), value)])
  } else if (isMapType(type)) {
    const pair = read(value as Uint8Array)
    const item = pair.find(({ number }) => number === 2)?.value ?? new Uint8Array()
    const entry: [string, Json] = [text(pair, 1), decoded(itemType(type), item)]
    found.set(name, Object.fromEntries([...Object.entries((found.get(name) ?? {}) as JsonObject), entry]))
  } else {
    const json = decoded(type, value)
    if (pointer === true || (json !== null && json !== '' && json !== 0 && json !== false)) found.set(name, json)
  }
}

function decoded(type: string, value: bigint | Uint8Array): Json {
  if (typeof value === 'bigint') return type === 'bool' ? value !== 0n : Number(value)
  switch (type) {
    case 'string':
      return Buffer.from(value).toString()
    case 'bytes':
      return Buffer.from(value).toString('base64')
    case scalar.quantity:
      return text(read(value), 1)
    case scalar.time:
    case scalar.microTime:
      return time(read(value), type === scalar.microTime)
    case scalar.intOrString: {
      const parts = read(value)
      return number(parts, 1) === 0 ? number(parts, 2) : text(parts, 3)
    }
    case scalar.raw:
    case scalar.fields:
      return JSON.parse(text(read(value), 1) || 'null') as Json
    default:
      return isListType(type) ? read(value).map((part) => decoded(itemType(type), part.value)) : message(type, value)
  }
}

const number = (parts: readonly Part[], wanted: number): number => {
  const value = parts.find((part) => part.number === wanted)?.value
  return typeof value === 'bigint' ? Number(value) : 0
}

function time(parts: readonly Part[], micro: boolean): Json {
  const seconds = number(parts, 1)
  // Go's zero time, the year 1.
  if (seconds === 0 || seconds <= -62_135_596_800) return null
  const start = new Date(seconds * 1000).toISOString().slice(0, 19)
  return micro ? `${start}.${String(Math.floor(number(parts, 2) / 1000)).padStart(6, '0')}Z` : `${start}Z`
}
