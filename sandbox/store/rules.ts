import type { At, Key, Names, Store } from '../contracts.ts'
import type { Namespace, Obj } from '../kubernetes.ts'
import { type About, conflict, forbidden, notFound, Refusal } from '../refusal.ts'

// What holds for every kind: k8s.io/apiserver/pkg/registry/generic/registry/store.go and the NamespaceLifecycle admission plugin.

export const aboutOf = ({ kind, name }: Key): About => ({ resource: kind, name })

/** As validation names it: "Pod", "Deployment.apps". */
export const fullKind = ({ kind, group }: Names): string => (group === '' ? kind : `${kind}.${group}`)

export function refuseUnlessAt(key: Key, old: Obj | undefined, { uid, resourceVersion }: At): void {
  if (uid === undefined && resourceVersion === undefined) return
  if (old === undefined) throw notFound(aboutOf(key))
  if (uid !== undefined && uid !== old.metadata.uid)
    throw conflict(
      aboutOf(key),
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`,
    )
  if (resourceVersion !== undefined && resourceVersion !== old.metadata.resourceVersion)
    throw conflict(
      aboutOf(key),
      'the object has been modified; please apply your changes to the latest version and try again',
    )
}

/** Nothing new where there is no namespace, or not for long any more. */
export function admitToNamespace(store: Pick<Store, 'get'>, key: Key): void {
  const { namespace, name } = key
  if (namespace === '') return
  const found = store.get<Namespace>({ kind: 'namespaces', namespace: '', name: namespace })
  if (found === undefined) throw notFound({ resource: 'namespaces', name: namespace })
  if (found.metadata.deletionTimestamp === undefined) return
  const { code, reason, message, details } = forbidden(
    { resource: key.kind, name },
    `unable to create new content in namespace ${namespace} because it is being terminated`,
  )
  const cause = {
    reason: 'NamespaceTerminating',
    message: `namespace ${namespace} is being terminated`,
    field: 'metadata.namespace',
  }
  throw new Refusal(code, reason, message, { ...details, causes: [cause] })
}

/** The last finalizer has gone from what is being deleted, and no grace is left to it. */
export function goesNow({ kind }: Key, next: Obj, old: Obj): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = old.metadata
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds > 0) return false
  if ((next.metadata.finalizers ?? []).length > 0) return false
  return kind !== 'namespaces' || ((next as Namespace).spec?.finalizers ?? []).length === 0
}
