import { readFileSync } from 'node:fs'
import type { Column, Kind, Names } from '../contracts.ts'
import type { Json } from '../schema/json.ts'

/** One field of a type, as Kubernetes' Go source declares it. */
export interface Field {
  /** "string", "int32", "[]X", "map:X", or a type of the table. */
  readonly type: string
  /** In protobuf; absent for TypeMeta. */
  readonly number?: number
  /** Its fields stand in the surrounding object. */
  readonly inline?: boolean
  readonly pointer?: boolean
  readonly omitEmpty?: boolean
  readonly required?: boolean
  readonly enum?: readonly string[]
  readonly default?: string | number
  readonly patchStrategy?: string
  readonly patchMergeKey?: string
  readonly listType?: string
  readonly listKeys?: readonly string[]
  readonly mapType?: string
}

interface Types {
  readonly kinds: Readonly<Record<string, string>>
  readonly atomic: readonly string[]
  readonly types: Readonly<Record<string, Readonly<Record<string, Field>>>>
}

// From the sources beside it, and from dist/sandbox/facts/: the package carries the data once. Node 20 warns about imported JSON.
const folder = new URL(import.meta.url.endsWith('.ts') ? './' : '../../../sandbox/facts/', import.meta.url)
export const readFacts = (name: string): unknown => JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'))

const { kinds, atomic, types } = readFacts('types') as Types

/** Recorded from a real cluster by record.ts. */
export const facts = {
  kinds,
  types,
  atomic: new Set(atomic) as ReadonlySet<string>,
  /** Of every resource that kubectl finds, modelled or not. */
  discovery: readFacts('discovery') as readonly Names[],
  columns: readFacts('columns') as Readonly<Record<Kind, readonly Omit<Column, 'cell'>[]>>,
  /** By type and field. */
  defaults: readFacts('defaults') as Readonly<Record<string, Readonly<Record<string, Json>>>>,
}
