import type { Obj } from '../kubernetes.ts'
import { Refusal } from '../refusal.ts'
import { apiVersionOf } from '../facts/names.ts'
import { canonical } from './check.ts'
import { isList, isObject, type Json, type JsonObject } from './json.ts'
import { isSame, losing, type Manager, managersOf, ownable, withManagers } from './managers.ts'
import { differences, fieldsIn, inBoth, isEmpty, nothing, type Owned, partsOf, pathsOf, union } from './ownership.ts'
import type { Field } from '../facts/index.ts'
import { fieldsOf, type GroupVersionKind, isListType, isMapType, itemType, typeOf } from './types.ts'
import { timestamp } from './scalars.ts'
import { untyped } from './untyped.ts'

export interface Applying {
  readonly gvk: GroupVersionKind
  readonly live?: object | undefined
  /** As the manager wrote it: nothing added. */
  readonly applied: object
  readonly manager: string
  readonly force: boolean
  /** Milliseconds since 1970. */
  readonly now: number
  readonly subresource?: string | undefined
}

/** Server-side apply: sigs.k8s.io/structured-merge-diff/merge.Updater.Apply. */
export function apply({ gvk, live, applied, manager, force, now, subresource = '' }: Applying): Obj {
  const type = typeOf(gvk)
  if (type === undefined) return applied as Obj
  if (managersOf(applied).length > 0) throw new Refusal(400, 'BadRequest', 'metadata.managedFields must be nil')
  const self = { name: manager, operation: 'Apply', apiVersion: apiVersionOf(gvk), subresource }
  refuseUntyped(gvk, type, applied)
  const before = canonical(gvk, live ?? {})
  const known = live === undefined ? [] : knownOf(gvk, type, live, subresource)
  const last = known.find((other) => isSame(other, self))
  const others = known.filter((other) => other !== last)
  const owned = fieldsIn(type, ownable(applied, subresource))

  const merged = mergeValue(type, before as unknown as Json, applied as Json)
  const kept = others.reduce((all, other) => union(all, other.owned), owned)
  const pruned = last === undefined ? merged : prune(type, merged, last.owned, kept)
  const { set, gone } = differences(type, ownable(before, subresource), ownable(pruned as JsonObject, subresource))

  refuseConflicts(others, set, force)
  const unchanged = last !== undefined && isEmpty(set) && isEmpty(gone)
  const applier: Manager = {
    ...self,
    time: unchanged && isSameSet(last.owned, owned) ? last.time : timestamp(now),
    owned,
  }
  return withManagers(pruned as JsonObject, [...losing(losing(others, set), gone), applier]) as unknown as Obj
}

const goText = (value: Json | undefined) => (typeof value === 'string' ? value : '')

function refuseUntyped(gvk: GroupVersionKind, type: string, applied: object): void {
  const wrong = untyped(type, applied as Json)
  if (wrong.length === 0) return
  const { metadata } = applied as { readonly metadata?: unknown }
  const [namespace, name] = ['namespace', 'name'].map((key) => (isObject(metadata) ? metadata[key] : ''))
  const why = wrong.length === 1 ? ` ${wrong.join('')}` : ` errors:\n${wrong.map((text) => `  ${text}`).join('\n')}`
  const what = `${goText(namespace)}/${goText(name)}; ${gvk.group}/${gvk.version}, Kind=${gvk.kind}`
  throw new Refusal(500, '', `failed to create typed patch object (${what}):${why}`)
}

/** What was there before anybody applied belongs to a manager of its own. */
function knownOf(gvk: GroupVersionKind, type: string, live: object, subresource: string): readonly Manager[] {
  const managers = managersOf(live)
  if (managers.length > 0) return managers
  const empty = { metadata: {}, ...ownable(canonical(gvk, {}), subresource) }
  const { set } = differences(type, empty, ownable(live, subresource))
  const before = { name: 'before-first-apply', operation: 'Update', apiVersion: apiVersionOf(gvk), subresource }
  return [{ ...before, time: undefined, owned: set }]
}

const isSameSet = (a: Owned, b: Owned) => pathsOf(a).join('\n') === pathsOf(b).join('\n')

function refuseConflicts(others: readonly Manager[], set: Owned, force: boolean): void {
  const conflicts = others.flatMap((other) => pathsOf(inBoth(other.owned, set)).map((path) => ({ other, path })))
  if (force || conflicts.length === 0) return
  const causes = conflicts.map(({ other, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${describe(other)}`,
    field: path,
  }))
  const count = `${causes.length} conflict${causes.length === 1 ? '' : 's'}`
  throw new Refusal(409, 'Conflict', `Apply failed with ${count}: ${conflictMessage(causes)}`, { causes })
}

// k8s.io/apimachinery/pkg/util/managedfields/internal/conflict.go
function conflictMessage(causes: readonly { message: string; field: string }[]): string {
  if (causes.length === 1) return causes.map(({ message, field }) => `${message}: ${field}`).join('')
  const messages = [...new Set(causes.map(({ message }) => message))].toSorted()
  return messages
    .map(
      (said) =>
        `${said.replace('conflict with', 'conflicts with')}:\n${causes
          .filter(({ message }) => message === said)
          .map(({ field }) => `- ${field}`)
          .join('\n')}`,
    )
    .join('\n')
}

function describe({ name, subresource, operation, apiVersion }: Manager): string {
  const who = `"${name}"${subresource === '' ? '' : ` with subresource "${subresource}"`}`
  if (operation !== 'Update') return who
  return `${who} using ${apiVersion}`
}

/** Items of keyed lists and of sets are matched; everything atomic is replaced; the applied order comes first. */
function mergeValue(type: string, live: Json | undefined, applied: Json | undefined, field?: Field): Json {
  if (applied === undefined || live === undefined || live === null || applied === null) return applied ?? live ?? null
  const parts = partsOf(type, applied, field)
  if (parts === undefined) return applied
  const liveParts = new Map((partsOf(type, live, field) ?? []).map((part) => [part[0], part[2]]))
  if (isList(applied)) {
    const appliedKeys = new Set(parts.map(([key]) => key))
    const merged = parts.map(([key, inner, item]) => mergeValue(inner, liveParts.get(key), item))
    return interleave(
      parts.map(([key], at) => [key, merged[at] ?? null]),
      [...liveParts],
      appliedKeys,
    )
  }
  if (!isObject(live) || !isObject(applied)) return applied
  const merged = new Map(Object.entries(live))
  const fields = isMapType(type) ? undefined : fieldsOf(type)
  for (const [name, item] of Object.entries(applied)) {
    const declared = fields?.get(name)
    const inner = fields === undefined ? itemType(type) : (declared?.type ?? '')
    merged.set(name, mergeValue(inner, merged.get(name), item, declared))
  }
  return Object.fromEntries(merged)
}

// What only the live list has keeps its place after the item that it followed.
function interleave(
  applied: readonly [string, Json][],
  live: readonly (readonly [string, Json])[],
  known: ReadonlySet<string>,
): Json[] {
  const result: [string, Json][] = [...applied]
  let after = -1
  for (const [key, item] of live) {
    if (known.has(key)) after = result.findIndex(([other]) => other === key)
    else {
      after += 1
      result.splice(after, 0, [key, item])
    }
  }
  return result.map(([, item]) => item)
}

/** Without what this manager applied last time and now leaves out, unless somebody else owns it. */
function prune(type: string, value: Json, last: Owned, kept: Owned, field?: Field): Json {
  const parts = partsOf(type, value, field)
  if (parts === undefined) return value
  const left = parts.flatMap(([key, inner, item, declared]): [string, Json][] => {
    const had = last.below.get(key)
    if (had === undefined) return [[key, item]]
    const still = kept.below.get(key)
    // An item of a list goes as a whole unless the item itself is somebody's: owning a field of it is not enough.
    const isKept = still !== undefined && (key.startsWith('f:') || still.member)
    if (!isKept && (had.member || declared !== undefined)) return []
    return [[key, prune(inner, item, had, still ?? nothing, declared)]]
  })
  if (isListType(type)) return left.map(([, item]) => item)
  const there = new Map(left.map(([key, item]) => [key.slice(2), item]))
  const all = Object.entries(isObject(value) ? value : {})
  const typed = new Set(parts.map(([key]) => key.slice(2)))
  return Object.fromEntries(
    all.flatMap(([name, item]) =>
      typed.has(name) ? (there.has(name) ? [[name, there.get(name) ?? null]] : []) : [[name, item]],
    ),
  )
}
