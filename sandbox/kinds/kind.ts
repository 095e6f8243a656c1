import type { Column, Kind, KindFile, Lookup } from '../contracts.ts'
import { facts } from '../facts/index.ts'
import { kindOf } from '../facts/names.ts'
import type { Obj } from '../kubernetes.ts'
import { canonical, type GroupVersionKind, withDefaults } from '../schema/index.ts'
import { equal, isObject, type Json, type JsonObject, own } from '../schema/json.ts'
import { typeOf } from '../schema/types.ts'
import type { Around } from './pod-spec-rules.ts'
import { causesIn, type Found } from './causes.ts'
import { metadataCauses, type NameRule, subdomain } from './metadata.ts'
import { inOrder } from './order.ts'
import { rulesCauses } from './rules.ts'
import { age } from './time.ts'

interface PodSpec {
  readonly terminationGracePeriodSeconds?: number
}

interface WorkloadSpec extends PodSpec {
  readonly template?: { readonly spec?: PodSpec }
  readonly volumeClaimTemplates?: readonly { readonly metadata?: { readonly name?: string } }[]
}

type Cell<T> = (object: T, now: number) => string | number | boolean

interface Description<T extends Obj> {
  /** By the column's name; Name and Age are every kind's. */
  readonly cells: Readonly<Record<string, Cell<T>>>
  /** Fields that a fieldSelector may name. */
  readonly selectable?: readonly string[]
  /** What its name has to look like: most are RFC 1123 subdomains. */
  readonly name?: NameRule
  /** It counts changes of its spec in metadata.generation. */
  readonly counted?: (object: T) => unknown
  /** On top of defaults: what depends on other fields, on other objects or on what stood there before. */
  readonly prepare?: (next: T, old: T | undefined, lookup: Lookup) => T
  readonly validate?: (next: T, old: T | undefined, through?: string) => Found
  /** Upstream looks at the whole of a change twice, and says twice what it has against it. */
  readonly repeats?: true
}

export function defineKind<T extends Obj>(kind: Kind, description: Description<T>): KindFile {
  const names = facts.discovery.find((known) => kindOf(known) === kind)
  if (names === undefined) throw new Error(`no facts about ${kind}`)
  const type = typeOf(names) ?? ''
  const { prepare, validate, repeats, counted, name = subdomain, selectable } = description
  return {
    names,
    columns: (facts.columns[kind] ?? []).map((column) => withCell(column, description.cells)),
    ...(selectable !== undefined && {
      selectable: Object.fromEntries(selectable.map((path) => [path, (object: Obj) => fieldText(object, path)])),
    }),
    prepare: (next, old, lookup) => {
      const settled = settle(names, next, old) as T
      const prepared = prepare === undefined ? settled : prepare(settled, old as T | undefined, lookup)
      return counted === undefined ? prepared : generationOf(prepared, old as T | undefined, counted)
    },
    validate: (next, old, through) => {
      const about = causesIn(metadataCauses(next, old, names.namespaced, name))
      if (keepsSpec(next, old)) return about
      const ruled = rulesCauses(type, next as unknown as JsonObject, aroundOf(next))
      const first = repeats === true && old !== undefined && [...ruled, validate?.(next as T, undefined)]
      return [
        ...about,
        ...causesIn(first),
        ...inOrder(causesIn([...ruled, validate?.(next as T, old as T | undefined, through)])),
      ]
    },
  }
}

const specOf = (object: Obj | undefined) => (object as { readonly spec?: object } | undefined)?.spec
const keepsSpec = (next: Obj, old: Obj | undefined) => specOf(next) !== undefined && specOf(next) === specOf(old)

// What stands as it stood has been through this before: a status changes more often than a spec.
function settle(names: GroupVersionKind, next: Obj, old: Obj | undefined): Obj {
  if (!keepsSpec(next, old)) return withDefaults(names, canonical(names, next)) as unknown as Obj
  const rest = withDefaults(names, canonical(names, { ...next, spec: undefined })) as unknown as Obj
  const kept = { ...rest, spec: specOf(next) }
  return kept
}

function aroundOf(object: Obj): Around {
  const { spec } = object as { readonly spec?: WorkloadSpec }
  const claims = (spec?.volumeClaimTemplates ?? []).map(({ metadata }) => metadata?.name ?? '')
  return { claims, grace: (spec?.template?.spec ?? spec)?.terminationGracePeriodSeconds ?? 30 }
}

// What is off is not written.
const switches = ['spec.unschedulable', 'spec.hostNetwork']

function fieldText(object: Obj, path: string): string {
  const found = path
    .split('.')
    .reduce<Json | undefined>(
      (value, key) => (isObject(value) ? own(value, key) : undefined),
      object as unknown as Json,
    )
  if (found === undefined) return switches.includes(path) ? 'false' : ''
  return typeof found === 'string' ? found : JSON.stringify(found)
}

function withCell<T>(column: Omit<Column, 'cell'>, cells: Readonly<Record<string, Cell<T>>>): Column {
  const standard: Readonly<Record<string, Cell<Obj>>> = {
    Name: ({ metadata }) => metadata.name,
    Age: ({ metadata }, now) => age(metadata.creationTimestamp, now),
  }
  const cell = cells[column.name] ?? standard[column.name]
  if (cell === undefined) throw new Error(`nothing to print under ${column.name}`)
  return { ...column, cell: cell as Column['cell'] }
}

// 1 at first; one more for a change of what is wanted, and for the wish to be deleted.
function generationOf<T extends Obj>(next: T, old: T | undefined, wanted: (object: T) => unknown): T {
  const before = old?.metadata.generation ?? 0
  const changed = old === undefined || !equal(wanted(next), wanted(old))
  const leaving =
    before > 0 && next.metadata.deletionTimestamp !== undefined && old?.metadata.deletionTimestamp === undefined
  return { ...next, metadata: { ...next.metadata, generation: before + (changed || leaving ? 1 : 0) } }
}
