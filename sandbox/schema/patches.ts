import { applyPatch, type Operation } from 'rfc6902'
import type { Obj } from '../kubernetes.ts'
import { badRequest, Refusal } from '../refusal.ts'
import { entries, isList, isObject, type Json, type JsonObject } from './json.ts'

/** RFC 7396. */
export function mergePatch(original: object, patch: object): Obj {
  return merged(original as JsonObject, patch as JsonObject) as unknown as Obj
}

function merged(original: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch
  const result = new Map(isObject(original) ? entries(original) : [])
  for (const [name, value] of entries(patch)) {
    if (value === null) result.delete(name)
    else result.set(name, merged(result.get(name), value))
  }
  return Object.fromEntries(result)
}

const operations = ['add', 'remove', 'replace', 'move', 'copy', 'test']

/** RFC 6902. One operation that fails fails them all. */
export function jsonPatch(original: object, patch: Json): Obj {
  if (!isList(patch))
    throw badRequest(
      `error decoding patch: json: cannot unmarshal ${isObject(patch) ? 'object' : typeof patch} into Go value of type []handlers.jsonPatchOp`,
    )
  if (patch.length > 10_000)
    throw new Refusal(
      413,
      'RequestEntityTooLarge',
      `The allowed maximum operations in a JSON patch is 10000, got ${patch.length}`,
    )
  let result: unknown = renamed(original as Json, hidden)
  for (const operation of patch) {
    if (!isOperation(operation)) throw rejected()
    const whole = { result }
    // The pointers start below a wrapper, so that an operation may replace the whole document.
    if (!applied(whole, prefixed(operation))) throw rejected()
    if (!isObject(whole.result)) throw rejected()
    result = whole.result
  }
  return renamed(result as Json, shown) as unknown as Obj
}

// rfc6902 takes what objects inherit for theirs, and follows no name that leads to a prototype: it sees such names with a mark before them.
const isOdd = (name: string) => name in {} || name === 'prototype'
const hidden = (name: string) => (isOdd(name.replace(/^\0+/, '')) ? `\0${name}` : name)
const shown = (name: string) => (isOdd(name.replace(/^\0+/, '')) ? name.slice(1) : name)

function renamed(value: Json, by: (name: string) => string): Json {
  if (isList(value)) return value.map((item) => renamed(item, by))
  if (!isObject(value)) return value
  return Object.fromEntries(entries(value).map(([name, item]) => [by(name), renamed(item, by)]))
}

function applied(whole: object, operation: Operation): boolean {
  try {
    return applyPatch(whole, [operation]).every((error) => error === null || error === undefined)
  } catch {
    // Below a string there is nothing to set.
    return false
  }
}

type Pointed = Operation & { readonly from?: string }

function isOperation(operation: Json): operation is Json & Pointed {
  return (
    isObject(operation) &&
    operations.some((known) => known === operation['op']) &&
    typeof operation['path'] === 'string' &&
    /^(?:\/|$)/.test(operation['path']) &&
    ['undefined', 'string'].includes(typeof operation['from'])
  )
}

// A value that is not there is null, as it is to Go.
const prefixed = ({ op, path, from, ...rest }: Pointed): Operation =>
  ({
    op,
    ...(['add', 'replace', 'test'].includes(op) && {
      value: renamed('value' in rest ? (rest.value as Json) : null, hidden),
    }),
    path: placed(path),
    ...(from !== undefined && { from: placed(from) }),
  }) as Operation

const placed = (pointer: string) => `/result${pointer.split('/').map(hidden).join('/')}`

const rejected = () => new Refusal(422, 'Invalid', 'the server rejected our request due to an error in our request', {})
