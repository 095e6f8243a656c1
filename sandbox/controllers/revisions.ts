import type { World } from '../contracts.ts'
import type { ControllerRevision, StatefulSet } from '../kubernetes.ts'
import { remove } from '../store/deletion.ts'
import { familyOf } from './family.ts'
import { hashOf, stable } from './hash.ts'
import { create, keyOf, ownedBy, update } from './objects.ts'

// k8s.io/kubernetes/pkg/controller/history

const kind = 'controllerrevisions.apps'
export type Template = NonNullable<StatefulSet['spec']>['template']

interface Data {
  readonly spec?: { readonly template?: Template }
}

/** A StatefulSet's templates of the past, oldest first. */
export const revisionsOf = ({ store }: World, set: StatefulSet): readonly ControllerRevision[] =>
  (familyOf(store, set, set.spec?.selector, kind) as readonly ControllerRevision[]).toSorted(
    (a, b) => a.revision - b.revision,
  )

/** As the set had it then. */
export function templateOf({ data }: ControllerRevision): Template {
  const { $patch: _, ...template } = ((data as Data | undefined)?.spec?.template ?? {}) as Template & {
    readonly $patch?: string
  }
  return template
}

const same = (a: Template, b: Template) => stable(a) === stable(b)

/** The revision of the present template: the last, an earlier one that is made the last again, or a new one. */
export function presentRevision(
  { store }: World,
  set: StatefulSet,
  revisions: readonly ControllerRevision[],
): ControllerRevision {
  const template = set.spec?.template as Template
  const last = revisions.at(-1)
  const next = (last?.revision ?? 0) + 1
  const equal = revisions.findLast((each) => same(templateOf(each), template))
  if (equal !== undefined) {
    if (equal === last) return equal
    const key = keyOf(kind, equal)
    update<ControllerRevision>(store, key, (old) => ({ ...old, revision: next }))
    return store.get<ControllerRevision>(key) ?? equal
  }
  const hash = hashOf(template)
  const { annotations } = set.metadata
  return create<ControllerRevision>(store, kind, {
    metadata: {
      name: `${set.metadata.name}-${hash}`,
      namespace: set.metadata.namespace ?? '',
      labels: { ...set.spec?.selector.matchLabels, 'controller.kubernetes.io/hash': hash },
      ...(annotations === undefined ? {} : { annotations }),
      ownerReferences: [ownedBy(set)],
    },
    data: { spec: { template: { ...template, $patch: 'replace' } } },
    revision: next,
  })
}

/** No more of them than history is to keep, beside those that are in use. */
export function forgetRevisions(
  { store, clock }: World,
  set: StatefulSet,
  revisions: readonly ControllerRevision[],
  inUse: ReadonlySet<string>,
): void {
  const unused = revisions.filter(({ metadata }) => !inUse.has(metadata.name))
  const surplus = unused.length - (set.spec?.revisionHistoryLimit ?? 10)
  for (const each of unused.slice(0, Math.max(0, surplus))) remove(store, keyOf(kind, each), {}, clock)
}
