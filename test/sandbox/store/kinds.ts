import type { Kind, KindFile, Names } from '../../../sandbox/contracts.ts'
import { kindOf } from '../../../sandbox/facts/names.ts'
import type { Obj } from '../../../sandbox/kubernetes.ts'

const named = (kind: string, plural: string, more: Partial<Names> = {}): [Kind, KindFile] => {
  const names: Names = {
    group: '',
    version: 'v1',
    kind,
    plural,
    singular: kind.toLowerCase(),
    shortNames: [],
    categories: [],
    namespaced: true,
    verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'],
    subresources: [],
    ...more,
  }
  const column = { name: 'Name', type: 'string', format: 'name', description: '', priority: 0 }
  return [
    kindOf(names),
    {
      names,
      columns: [{ ...column, cell: ({ metadata }: Obj) => metadata.name }],
      prepare: (next) => next,
      validate: (next) =>
        'wrong' in next ? [{ field: 'wrong', reason: 'FieldValueForbidden', message: 'Forbidden: no' }] : [],
    },
  ]
}

/** Kinds without rules of their own, to try the store with. */
export const plainKinds: ReadonlyMap<Kind, KindFile> = new Map([
  named('Namespace', 'namespaces', { namespaced: false, subresources: ['status'] }),
  named('ConfigMap', 'configmaps'),
  named('Pod', 'pods', { subresources: ['status'] }),
])
