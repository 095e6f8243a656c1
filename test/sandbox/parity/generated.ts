import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import type { Field } from '../../../sandbox/facts/index.ts'
import { isList, isObject, type Json, type JsonObject } from '../../../sandbox/schema/json.ts'
import { fieldsOf, isListType, isMapType, itemType, scalar, typeOf } from '../../../sandbox/schema/types.ts'

/** One body, told by what was done to its kind's good manifest. */
export interface Made {
  /** "Pod create spec.containers.0.image dropped" */
  readonly id: string
  readonly verb: 'create' | 'update'
  /** What it was made from. */
  readonly of: Manifest
  readonly change: Change
}

export interface Manifest extends JsonObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: JsonObject & { readonly name: string }
}

export interface Change {
  readonly path: readonly string[]
  /** Absent: the field is dropped. */
  readonly to?: Json
}

type Named = readonly [what: string, to?: Json]

export const manifests: readonly Manifest[] = parseAllDocuments(
  readFileSync(join(import.meta.dirname, 'generated.yaml'), 'utf8'),
).map((document) => document.toJS() as Manifest)

/** How many there are of each kind's at most: a Pod has more to be wrong. */
const most = (kind: string) => (kind === 'Pod' ? 104 : 17)

interface Place {
  readonly path: readonly string[]
  readonly field: Field
  readonly value: Json | undefined
}

/** Every field of what is there, and of the structs that are there those that are not. */
function* walk(type: string, value: Json | undefined, path: readonly string[]): Generator<Place> {
  if (isListType(type) && isList(value)) return yield* walk(itemType(type), value[0], [...path, '0'])
  const fields = fieldsOf(type)
  if (fields === undefined || isMapType(type) || !isObject(value)) return
  for (const [name, field] of fields) {
    const at = [...path, name]
    if (name === 'status' || at.join('.') === 'metadata.managedFields') continue
    yield { path: at, field, value: value[name] }
    if (value[name] !== undefined) yield* walk(field.type, value[name], at)
  }
}

function broken({ path, field, value }: Place): (readonly [Change, string])[] {
  const wrongs: Named[] = [...outOfRange(field)]
  if (value !== undefined) wrongs.push(['dropped'], ['of the wrong type', isWord(field.type) ? { a: 1 } : 'x'])
  const changes = wrongs.map(([what, to]) => [{ path, ...(to === undefined ? {} : { to }) }, what] as const)
  const unknown =
    isObject(value) && !isMapType(field.type) ? [[{ path: [...path, 'nosuch'], to: 1 }, 'unknown'] as const] : []
  return [...changes, ...unknown]
}

function altered({ path, field, value }: Place): (readonly [Change, string])[] {
  if (path[0] === 'metadata' && path[1] !== 'labels') return []
  const to = other(field, value)
  const changes: (readonly [Change, string])[] = to === undefined ? [] : [[{ path, to }, 'changed']]
  return value === undefined ? changes : [...changes, [{ path }, 'dropped']]
}

const isWord = (type: string) => type === 'string' || type === scalar.quantity || type === scalar.time

function outOfRange({ type, enum: words }: Field): Named[] {
  if (words !== undefined) return [['no such word', 'Nosuch']]
  if (type === 'string') return [['bad', 'Not Good!']]
  if (type === 'int32')
    return [
      ['negative', -1],
      ['too great', 2_147_483_648],
    ]
  if (type === 'int64') return [['negative', -1]]
  if (type === scalar.quantity) return [['no quantity', 'much']]
  if (type === scalar.intOrString)
    return [
      ['too great', 70_000],
      ['bad', 'Not Good!'],
    ]
  if (type === `map:${scalar.quantity}`) return [['negative', { cpu: '-1' }]]
  if (type === 'map:string') return [['bad', { 'Not Good!': 'x' }]]
  return []
}

function other({ type, enum: words }: Field, value: Json | undefined): Json | undefined {
  if (words !== undefined) return words.find((word) => word !== value)
  if (type === 'string') return value === 'other' ? 'more' : 'other'
  if (type === 'int32' || type === 'int64') return typeof value === 'number' ? value + 1 : 1
  if (type === 'bool') return value !== true
  if (type === 'map:string') return { other: 'other' }
  if (isListType(type) && isList(value)) return []
  return undefined
}

function evenly<T>(all: readonly T[], many: number): readonly T[] {
  if (all.length <= many) return all
  return Array.from({ length: Math.floor(many) }, (_, at) => all[Math.floor((at * all.length) / many)] as T)
}

/** A new object, in which one place is as the change has it. */
export function changed(value: Json | undefined, { path: [name, ...path], to }: Change): Json | undefined {
  if (name === undefined) return to
  const inner = { path, ...(to === undefined ? {} : { to }) }
  if (isList(value)) return value.map((item, at) => (String(at) === name ? (changed(item, inner) ?? null) : item))
  const { [name]: old, ...others } = isObject(value) ? value : {}
  const next = changed(old, inner)
  return next === undefined ? others : { ...others, [name]: next }
}

/** The same each time: what is in them follows from the manifests and the type table alone. */
export const made: readonly Made[] = manifests.flatMap((of) => {
  const [group = '', version = group] = of.apiVersion.split('/')
  const type = typeOf({ group: group === version ? '' : group, version, kind: of.kind })
  if (type === undefined) throw new Error(`no type for ${of.kind}`)
  const named = (verb: Made['verb'], changes: readonly (readonly [Change, string])[]) =>
    changes.map(([change, what]): Made => ({
      id: `${of.kind} ${verb} ${change.path.join('.')} ${what}`,
      verb,
      of,
      change,
    }))
  const found = [...walk(type, of, [])]
  const creates = evenly(named('create', found.flatMap(broken)), most(of.kind))
  // A node of a real cluster is not ours to change.
  const updates = of.kind === 'Node' ? [] : evenly(named('update', found.flatMap(altered)), most(of.kind) / 2.5)
  return [...creates, ...updates]
})
