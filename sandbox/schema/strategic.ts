import type { Obj } from '../kubernetes.ts'
import { badRequest, Refusal } from '../refusal.ts'
import { entries, equal, isList, isObject, type Json, type JsonObject } from './json.ts'
import type { Field } from '../facts/index.ts'
import { fieldsOf, type GroupVersionKind, isListType, isMapType, itemType, typeOf } from './types.ts'

/** kubectl's default patch: lists are merged by their keys. k8s.io/apimachinery/pkg/util/strategicpatch/patch.go. */
export function strategicMerge(gvk: GroupVersionKind, original: object, patch: object): Obj {
  return mergeMaps(typeOf(gvk) ?? '', original as JsonObject, patch as JsonObject) as unknown as Obj
}

const directive = /^\$(setElementOrder|deleteFromPrimitiveList)\/(.*)$/s

function mergeMaps(type: string, original: JsonObject, patch: JsonObject): JsonObject {
  const how = patch['$patch']
  if (how === 'replace') return stripped(patch)
  if (how === 'delete') return {}
  if (how !== undefined && how !== 'merge') throw unknownDirective(how)

  const fieldOf = (name: string): Field | undefined =>
    isMapType(type) ? { type: itemType(type) } : fieldsOf(type)?.get(name)
  const merged = new Map(entries(original))
  const kept = patch['$retainKeys']
  if (isList(kept)) for (const name of merged.keys()) if (!kept.includes(name)) merged.delete(name)
  for (const [name, value] of entries(patch)) {
    const [, what, list = ''] = directive.exec(name) ?? []
    if (what === 'deleteFromPrimitiveList') {
      const items = merged.get(list)
      if (isList(items))
        merged.set(
          list,
          items.filter((item) => !(isList(value) ? value : [value]).some((gone) => equal(gone, item))),
        )
    }
    if (name.startsWith('$')) continue
    if (value === null) merged.delete(name)
    else {
      const before = merged.get(name)
      const after = mergeValue(fieldOf(name), before, value)
      const isOrdered = !isList(before) || !isList(after) || !isList(value) || `$setElementOrder/${name}` in patch
      const key = fieldOf(name)?.patchMergeKey
      const isMerged = fieldOf(name)?.patchStrategy?.includes('merge') === true
      merged.set(name, isOrdered || !isMerged ? after : newFirst(after, before, value, key))
    }
  }
  for (const [name, value] of entries(patch)) {
    const [, what, list = ''] = directive.exec(name) ?? []
    const items = merged.get(list)
    if (what === 'setElementOrder' && isList(items) && isList(value))
      merged.set(list, ordered(items, value, fieldOf(list)?.patchMergeKey, patch[list]))
  }
  return Object.fromEntries(merged)
}

const unknownDirective = (how: Json) =>
  new Refusal(
    500,
    '',
    `unknown patch type: ${JSON.stringify(how).replaceAll('"', '')} in map: ${goMap({ $patch: how })}`,
  )

function mergeValue(field: Field | undefined, original: Json | undefined, patch: Json): Json {
  const type = field?.type ?? ''
  if (isObject(patch)) {
    if (isListType(type)) throw badRequest('unable to merge: a list was expected')
    return mergeMaps(type, isObject(original) ? original : {}, patch)
  }
  if (isList(patch) && field?.patchStrategy?.includes('merge') === true)
    return mergeLists(field, isList(original) ? original : [], patch)
  return isList(patch)
    ? patch
        .filter((item) => !(isObject(item) && item['$patch'] !== undefined))
        .map((item) => (isObject(item) ? stripped(item) : item))
    : patch
}

function mergeLists({ type, patchMergeKey }: Field, original: readonly Json[], patch: readonly Json[]): Json[] {
  if (patch.some((item) => isObject(item) && item['$patch'] === 'replace'))
    return patch.filter((item) => !(isObject(item) && item['$patch'] !== undefined))
  if (patchMergeKey === undefined)
    return [...original, ...patch.filter((item) => !original.some((old) => equal(old, item)))]
  const items = [...original]
  for (const item of patch) {
    if (!isObject(item)) throw badRequest(`unable to merge a ${typeof item} into a list of objects`)
    const key = item[patchMergeKey]
    if (key === undefined) throw badRequest(`map: ${goMap(item)} does not contain declared merge key: ${patchMergeKey}`)
    const has = (old: Json) => isObject(old) && equal(old[patchMergeKey], key)
    if (item['$patch'] === 'delete') items.splice(0, items.length, ...items.filter((old) => !has(old)))
    else {
      const at = items.findIndex(has)
      const old = items[at]
      if (at < 0) items.push(mergeMaps(itemType(type), {}, item))
      else items[at] = mergeMaps(itemType(type), isObject(old) ? old : {}, item)
    }
  }
  return items
}

const goMap = (item: JsonObject): string =>
  `map[${entries(item)
    .map(([key, value]) => `${key}:${isObject(value) ? goMap(value) : JSON.stringify(value)}`)
    .join(' ')}]`

/** What is new comes before what the patch does not name: mergeSortedSlice. */
function newFirst(items: readonly Json[], before: readonly Json[], patch: readonly Json[], mergeKey?: string): Json[] {
  const idOf = (item: Json) => (mergeKey !== undefined && isObject(item) ? item[mergeKey] : item)
  const placeIn = (list: readonly Json[], item: Json) => list.findIndex((other) => equal(idOf(other), idOf(item)))
  const left = items.filter((item) => placeIn(patch, item) < 0)
  const right = items
    .filter((item) => placeIn(patch, item) >= 0)
    .toSorted((a, b) => placeIn(patch, a) - placeIn(patch, b))
  const merged = right.flatMap((item) => {
    const place = placeIn(before, item)
    const at = place < 0 ? 0 : left.findIndex((other) => placeIn(before, other) > place)
    return [...left.splice(0, at < 0 ? left.length : at), item]
  })
  return [...merged, ...left]
}

/** The listed order; what it does not name keeps its place relative to what stood before it. */
function ordered(
  items: readonly Json[],
  order: readonly Json[],
  mergeKey: string | undefined,
  patched: Json | undefined,
): Json[] {
  const idOf = (item: Json) => (mergeKey !== undefined && isObject(item) ? item[mergeKey] : item)
  const place = (item: Json) => order.findIndex((listed) => equal(idOf(listed), idOf(item)))
  const listed = items.filter((item) => place(item) >= 0).toSorted((a, b) => place(a) - place(b))
  const result = [...listed]
  let before: Json | undefined
  for (const item of items) {
    if (place(item) < 0) {
      const isPatched = isList(patched) && patched.some((one) => equal(idOf(one), idOf(item)))
      const at = isPatched ? result.length : before === undefined ? 0 : result.indexOf(before) + 1
      result.splice(at, 0, item)
    }
    before = item
  }
  return result
}

function stripped(patch: JsonObject): JsonObject {
  return Object.fromEntries(
    entries(patch).flatMap(([name, value]) =>
      name.startsWith('$') || value === null ? [] : [[name, isObject(value) ? stripped(value) : value]],
    ),
  )
}
