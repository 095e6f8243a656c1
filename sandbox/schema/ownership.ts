import { entries, equal, isList, isObject, type Json, type JsonObject } from './json.ts'
import type { Field } from '../facts/index.ts'
import { fieldsOf, isAtomic, isListType, isMapType, itemType, scalar } from './types.ts'

/** A set of fields, as FieldsV1 writes it: a member may have members below. sigs.k8s.io/structured-merge-diff/fieldpath. */
export interface Owned {
  readonly member: boolean
  readonly below: ReadonlyMap<string, Owned>
}

export const nothing: Owned = { member: false, below: new Map() }
const leaf: Owned = { member: true, below: new Map() }
const isNothing = ({ member, below }: Owned) => !member && below.size === 0

const tree = (member: boolean, below: Iterable<readonly [string, Owned]>): Owned => ({
  member,
  below: new Map([...below].filter(([, owned]) => !isNothing(owned))),
})

export const union = (a: Owned, b: Owned): Owned =>
  tree(
    a.member || b.member,
    [...new Set([...a.below.keys(), ...b.below.keys()])].map((key) => [
      key,
      union(a.below.get(key) ?? nothing, b.below.get(key) ?? nothing),
    ]),
  )

export const without = (a: Owned, b: Owned): Owned =>
  tree(
    a.member && !b.member,
    [...a.below].map(([key, owned]) => [key, without(owned, b.below.get(key) ?? nothing)]),
  )

export const inBoth = (a: Owned, b: Owned): Owned =>
  tree(
    a.member && b.member,
    [...a.below].map(([key, owned]) => [key, inBoth(owned, b.below.get(key) ?? nothing)]),
  )

export const isEmpty = (owned: Owned): boolean => isNothing(owned)

export function fromFieldsV1(fields: Json | undefined): Owned {
  if (!isObject(fields)) return nothing
  const keys = entries(fields).filter(([key]) => key !== '.')
  return tree(
    Object.hasOwn(fields, '.') || keys.length === 0,
    keys.map(([key, below]) => [key, fromFieldsV1(below)]),
  )
}

export function toFieldsV1({ member, below }: Owned, top = true): JsonObject {
  const keys = [...below].toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries([
    ...(member && below.size > 0 && !top ? [['.', {}] as const] : []),
    ...keys.map(([key, owned]) => [key, toFieldsV1(owned, false)] as const),
  ])
}

/** Each member's path, as conflicts name it: .spec.containers[name="app"].image */
export function pathsOf({ member, below }: Owned, path = ''): string[] {
  const deeper = [...below].flatMap(([key, owned]) => pathsOf(owned, `${path}${stepOf(key)}`))
  return member ? [path, ...deeper] : deeper
}

export function stepOf(key: string): string {
  const rest = key.slice(2)
  if (key.startsWith('f:')) return `.${rest}`
  if (key.startsWith('v:')) return `[=${rest}]`
  if (key.startsWith('i:')) return `[${rest}]`
  const keys = entries(JSON.parse(rest) as JsonObject).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
  return `[${keys.join(',')}]`
}

/** A value's parts with their keys in a set; undefined where it is owned as a whole. */
export function partsOf(
  type: string,
  value: Json | undefined,
  field?: Field,
): [string, string, Json, Field | undefined][] | undefined {
  if (isListType(type)) return listParts(type, value, field)
  if (field?.mapType === 'atomic' || (isAtomic(type) && field?.mapType !== 'granular')) return undefined
  if (isMapType(type))
    return isObject(value) ? entries(value).map(([key, item]) => [`f:${key}`, itemType(type), item, undefined]) : []
  const fields = fieldsOf(type)
  if (fields === undefined || type === scalar.fields) return undefined
  if (!isObject(value)) return []
  return entries(value).flatMap(([name, item]) => {
    const declared = fields.get(name)
    return declared === undefined ? [] : [[`f:${name}`, declared.type, item, declared]]
  })
}

function listParts(
  type: string,
  value: Json | undefined,
  field?: Field,
): [string, string, Json, Field | undefined][] | undefined {
  const items = isList(value) ? value : []
  if (field === undefined) return undefined
  switch (field.listType ?? 'atomic') {
    case 'map':
      return items.map((item) => [`k:${keyOf(itemType(type), item, field)}`, itemType(type), item, undefined])
    case 'set':
      return items.map((item) => [`v:${JSON.stringify(item)}`, itemType(type), item, undefined])
    default:
      return undefined
  }
}

function keyOf(type: string, item: Json, { listKeys = [] }: Field): string {
  const object = isObject(item) ? item : {}
  const keys = listKeys.toSorted().flatMap((key): [string, Json][] => {
    const value = object[key] ?? fieldsOf(type)?.get(key)?.default
    return value === undefined ? [] : [[key, value]]
  })
  return JSON.stringify(Object.fromEntries(keys))
}

const isBare = (value: Json) => value === null || (isObject(value) && Object.keys(value).length === 0)

/** Every field that a configuration sets: structs by their fields, maps and lists by their items. */
export function fieldsIn(type: string, value: Json, field?: Field): Owned {
  const parts = partsOf(type, value, field)
  if (parts === undefined || value === null) return leaf
  const inStruct = !isMapType(type) && !isListType(type)
  return tree(
    false,
    parts.map(([key, inner, item, declared]) => {
      const below = fieldsIn(inner, item, declared)
      return [key, inStruct && !isBare(item) ? below : { member: true, below: below.below }]
    }),
  )
}

/** What differs between two values: new or changed, and gone. Of the unchanged nothing is told. */
export function differences(
  type: string,
  old: Json | undefined,
  now: Json | undefined,
  field?: Field,
): { set: Owned; gone: Owned } {
  if (equal(old, now)) return { set: nothing, gone: nothing }
  const oldParts = partsOf(type, old, field)
  const newParts = partsOf(type, now, field)
  if (oldParts === undefined || newParts === undefined || (oldParts.length === 0 && newParts.length === 0)) {
    if (now === undefined) return { set: nothing, gone: leaf }
    return { set: leaf, gone: nothing }
  }
  const [olds, news] = [
    new Map(oldParts.map((part) => [part[0], part])),
    new Map(newParts.map((part) => [part[0], part])),
  ]
  const below = [...new Set([...olds.keys(), ...news.keys()])].map((key) => {
    const [, inner = '', , declared] = news.get(key) ?? olds.get(key) ?? []
    return [key, differences(inner, olds.get(key)?.[2], news.get(key)?.[2], declared)] as const
  })
  return {
    set: tree(
      old === undefined,
      below.map(([key, { set }]) => [key, set]),
    ),
    gone: tree(
      now === undefined,
      below.map(([key, { gone }]) => [key, gone]),
    ),
  }
}
