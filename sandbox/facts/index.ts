import { readFileSync } from 'node:fs'
import type { Column, Kind, Names } from '../contracts.ts'
import type { Json } from '../schema/json.ts'
import type { Field } from '../schema/types.ts'

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
