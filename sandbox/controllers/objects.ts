import type { Clock } from '../clock.ts'
import type { At, Change, Key, Kind, Store } from '../contracts.ts'
import type { Metadata, Obj, OwnerReference } from '../kubernetes.ts'
import { alreadyExists } from '../refusal.ts'
import { timestamp } from '../store/time.ts'

/** An object before the store has given it an identity. */
export type Draft<T extends Obj> = Omit<Partial<T>, 'metadata' | 'apiVersion' | 'kind'> & {
  readonly metadata: Pick<Metadata, 'name'> & Partial<Metadata>
}

export const keyOf = (kind: Kind, { metadata: { namespace = '', name } }: { metadata: Partial<Metadata> }): Key => ({
  kind,
  namespace,
  name: name ?? '',
})

export function create<T extends Obj>(store: Store, kind: Kind, draft: Draft<T>): T {
  const key = keyOf(kind, draft)
  return store.write<T>(key, (old) => {
    if (old !== undefined) throw alreadyExists({ resource: kind, name: key.name })
    return draft as unknown as Partial<T>
  })
}

/** Nothing happens where the object has gone. */
export function update<T extends Obj>(store: Store, key: Key, change: (old: T) => T, at?: At): void {
  if (store.get(key) !== undefined) store.write<T>(key, (old) => (old === undefined ? old : change(old)), at)
}

export const withMetadata = <T extends Obj>(object: T, change: Partial<Metadata>): T => ({
  ...object,
  metadata: { ...object.metadata, ...change },
})

export const annotated = <T extends Obj>(object: T, annotations: Readonly<Record<string, string>>): T =>
  withMetadata(object, { annotations: { ...object.metadata.annotations, ...annotations } })

export const annotationOf = ({ metadata }: Obj, name: string): string | undefined => metadata.annotations?.[name]

export const isDeleting = ({ metadata }: Obj): boolean => metadata.deletionTimestamp !== undefined

export const controllerOf = ({ metadata }: Obj): OwnerReference | undefined =>
  metadata.ownerReferences?.find(({ controller }) => controller === true)

export const ownedBy = ({ apiVersion, kind, metadata: { name, uid } }: Obj): OwnerReference => ({
  apiVersion,
  kind,
  name,
  uid,
  controller: true,
  blockOwnerDeletion: true,
})

/** The owner that this change is about, before and after it. */
export const ownerKeys = ({ object, old }: Change, ownerKind: string, kind: Kind): Key[] =>
  [object, ...(old === undefined ? [] : [old])].flatMap((each) => {
    const owner = controllerOf(each)
    const { namespace = '' } = each.metadata
    return owner?.kind === ownerKind ? [{ kind, namespace, name: owner.name }] : []
  })

export const now = (clock: Clock): string => timestamp(clock.now())

export const byName = (a: Obj, b: Obj): number => (a.metadata.name < b.metadata.name ? -1 : 1)

export const byAge = (a: Obj, b: Obj): number =>
  Date.parse(a.metadata.creationTimestamp) - Date.parse(b.metadata.creationTimestamp) || byName(a, b)
