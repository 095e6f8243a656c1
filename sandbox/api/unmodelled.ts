import type { Column, Kind, KindFile, Names } from '../contracts.ts'
import type { Obj } from '../kubernetes.ts'

const column: Column = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: '',
  priority: 0,
  cell: ({ metadata }: Obj) => metadata.name,
}

/** A kind that is known by name only: it can be listed and watched, and there is nothing. */
export const unmodelledFile = (names: Names): KindFile => ({
  names,
  columns: [column],
  prepare: (next) => next,
  validate: () => [],
})

export const kindOf = ({ group, plural }: Pick<Names, 'group' | 'plural'>): Kind =>
  group === '' ? plural : `${plural}.${group}`
