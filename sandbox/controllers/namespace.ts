import type { Controller, Key, Kind, World } from '../contracts.ts'
import { kinds } from '../kinds/index.ts'
import type { Namespace, Obj } from '../kubernetes.ts'
import { Refusal } from '../refusal.ts'
import { remove } from '../store/deletion.ts'
import { withCondition } from './conditions.ts'
import { isDeleting, keyOf, now, update } from './objects.ts'

// k8s.io/kubernetes/pkg/controller/namespace/deletion

const inNamespaces: readonly Kind[] = [...kinds].filter(([, { names }]) => names.namespaced).map(([kind]) => kind)

const namespaceKey = (name: string): Key => ({ kind: 'namespaces', namespace: '', name })

/** Pods first: whatever else there is, they may still need it. */
function deleteContent({ store, clock }: World, namespace: string): Map<Kind, readonly Obj[]> {
  const left = (kind: Kind) => store.list(kind, { namespace }).items
  const clear = (kind: Kind) => {
    for (const object of left(kind))
      if (!isDeleting(object)) remove(store, keyOf(kind, object), { propagationPolicy: 'Background' }, clock)
  }
  clear('pods')
  if (left('pods').length === 0) for (const kind of inNamespaces) clear(kind)
  return new Map(inNamespaces.map((kind) => [kind, left(kind)] as const).filter(([, objects]) => objects.length > 0))
}

type Conditions = NonNullable<NonNullable<Namespace['status']>['conditions']>

function conditionsFor(
  remaining: ReadonlyMap<Kind, readonly Obj[]>,
  old: Conditions | undefined,
  time: string,
): Conditions {
  const found = [...remaining]
  const kindsLeft = found.map(([kind, objects]) => {
    return `${kind.includes('.') ? kind : `${kind}.`} has ${objects.length} resource instances`
  })
  const finalizers = new Map<string, number>()
  for (const object of found.flatMap(([, objects]) => objects))
    for (const name of object.metadata.finalizers ?? []) finalizers.set(name, (finalizers.get(name) ?? 0) + 1)
  const held = [...finalizers].map(([name, count]) => `${name} in ${count} resource instances`).toSorted()
  const rows: readonly (readonly [type: string, status: 'True' | 'False', reason: string, message: string])[] = [
    ['NamespaceDeletionDiscoveryFailure', 'False', 'ResourcesDiscovered', 'All resources successfully discovered'],
    [
      'NamespaceDeletionGroupVersionParsingFailure',
      'False',
      'ParsedGroupVersions',
      'All legacy kube types successfully parsed',
    ],
    [
      'NamespaceDeletionContentFailure',
      'False',
      'ContentDeleted',
      'All content successfully deleted, may be waiting on finalization',
    ],
    kindsLeft.length > 0
      ? [
          'NamespaceContentRemaining',
          'True',
          'SomeResourcesRemain',
          `Some resources are remaining: ${kindsLeft.toSorted().join(', ')}`,
        ]
      : ['NamespaceContentRemaining', 'False', 'ContentRemoved', 'All content successfully removed'],
    held.length > 0
      ? [
          'NamespaceFinalizersRemaining',
          'True',
          'SomeFinalizersRemain',
          `Some content in the namespace has finalizers remaining: ${held.join(', ')}`,
        ]
      : [
          'NamespaceFinalizersRemaining',
          'False',
          'ContentHasNoFinalizers',
          'All content-preserving finalizers finished',
        ],
  ]
  return rows.reduce<Conditions>(
    (all, [type, status, reason, message]) => withCondition(all, { type, status, reason, message }, time),
    old ?? [],
  )
}

export const namespaces: Controller = {
  name: 'namespace-controller',
  watches: ['namespaces', ...inNamespaces],
  keys({ key, type, object }, { store }) {
    if (key.kind === 'namespaces') return type !== 'DELETED' && isDeleting(object) ? [key] : []
    if (type !== 'DELETED') return []
    const namespace = store.get(namespaceKey(key.namespace))
    return namespace !== undefined && isDeleting(namespace) ? [namespaceKey(key.namespace)] : []
  },
  async reconcile(key, world) {
    const { store, clock } = world
    const namespace = store.get<Namespace>(key)
    if (namespace === undefined || !isDeleting(namespace)) return
    const remaining = deleteContent(world, key.name)
    update<Namespace>(store, key, (old) => {
      const conditions = conditionsFor(remaining, old.status?.conditions, now(clock))
      return { ...old, status: { ...old.status, phase: 'Terminating', conditions } }
    })
    if (remaining.size > 0 || store.get(key) === undefined) return
    try {
      store.write<Namespace>(key, (old) => ({ ...old, spec: { ...old?.spec, finalizers: [] } }))
    } catch (error) {
      if (!(error instanceof Refusal && error.code === 404)) throw error
    }
  },
}
