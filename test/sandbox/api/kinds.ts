import type { Kind, KindFile, Names } from '../../../sandbox/contracts.ts'
import { facts } from '../../../sandbox/facts/index.ts'
import { kindOf } from '../../../sandbox/facts/names.ts'

const modelled = ['namespaces', 'configmaps', 'pods', 'serviceaccounts', 'deployments.apps']
const [some, others] = [true, false].map((wanted) =>
  facts.discovery.filter((names) => modelled.includes(kindOf(names)) === wanted),
)

const plain = (names: Names): KindFile => ({
  names,
  columns: [
    {
      name: 'Name',
      type: 'string',
      format: 'name',
      description: '',
      priority: 0,
      cell: ({ metadata }) => metadata.name,
    },
    { name: 'Age', type: 'string', format: '', description: '', priority: 0, cell: (_, now) => String(now) },
  ],
  prepare: (next) => next,
  validate: () => [],
})

/** Kinds of the right names and types, without rules of their own. */
export const namedKinds: ReadonlyMap<Kind, KindFile> = new Map(
  (some ?? []).map((names) => [
    kindOf(names),
    names.plural === 'pods'
      ? {
          ...plain(names),
          selectable: { 'status.phase': (pod) => (pod as { status?: { phase?: string } }).status?.phase ?? '' },
        }
      : plain(names),
  ]),
)

export const otherNames: readonly Names[] = others ?? []
