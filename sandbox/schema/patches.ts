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
  let result = structuredClone(original)
  for (const operation of patch) {
    if (!isOperation(operation)) throw rejected()
    const whole = { result }
    // The pointers start below a wrapper, so that an operation may replace the whole document.
    const [error] = applyPatch(whole, [prefixed(operation)])
    if (error !== null && error !== undefined) throw rejected()
    if (!isObject(whole.result)) throw rejected()
    result = whole.result
  }
  return result as Obj
}

type Pointed = Operation & { readonly from?: string }

function isOperation(operation: Json): operation is Json & Pointed {
  return (
    isObject(operation) &&
    operations.some((known) => known === operation['op']) &&
    typeof operation['path'] === 'string' &&
    isSafe(operation['path']) &&
    (typeof operation['from'] !== 'string' || isSafe(operation['from']))
  )
}

// rfc6902 follows these into prototypes; as keys of an object they exist nowhere that a JSON patch is of use.
const isSafe = (pointer: string) => /^(?:\/|$)/.test(pointer) && !pointer.split('/').includes('__proto__')

// A value that is not there is null, as it is to Go.
const prefixed = (operation: Pointed): Operation => ({
  ...(['add', 'replace', 'test'].includes(operation.op) && { value: null }),
  ...structuredClone(operation),
  path: `/result${operation.path}`,
  ...(operation.from !== undefined && { from: `/result${operation.from}` }),
})

const rejected = () => new Refusal(422, 'Invalid', 'the server rejected our request due to an error in our request', {})
