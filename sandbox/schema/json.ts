export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [key: string]: Json
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const isList = (value: unknown): value is readonly Json[] => Array.isArray(value)

/** An own property only: "constructor" and "__proto__" are ordinary keys of a ConfigMap. */
export const own = (object: JsonObject, key: string): Json | undefined =>
  Object.hasOwn(object, key) ? object[key] : undefined

export const entries = (object: object): [string, Json][] => Object.entries(object as JsonObject)

/** Without the entries that are undefined. fromEntries defines own properties, whatever they are called. */
export const objectOf = (pairs: Iterable<readonly [string, Json | undefined]>): JsonObject =>
  Object.fromEntries([...pairs].filter(([, value]) => value !== undefined)) as JsonObject

/** Equal as JSON values: the order of keys does not count, and neither does an undefined one. */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, at) => equal(item, b[at]))
  if (!isObject(a) || !isObject(b)) return false
  const keys = defined(a)
  return keys.length === defined(b).length && keys.every((key) => Object.hasOwn(b, key) && equal(a[key], b[key]))
}

const defined = (object: JsonObject) => Object.keys(object).filter((key) => object[key] !== undefined)
