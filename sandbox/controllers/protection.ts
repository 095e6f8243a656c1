import type { Controller, Key, Kind, World } from '../contracts.ts'
import type { Obj, PersistentVolume, Pod } from '../kubernetes.ts'
import { isDeleting, update, withMetadata } from './objects.ts'
import { claimsOf } from './pods.ts'

const finalizers: Readonly<Record<Kind, string>> = {
  persistentvolumeclaims: 'kubernetes.io/pvc-protection',
  persistentvolumes: 'kubernetes.io/pv-protection',
}

/** As long as a Pod that has a node names the claim, running or not; as long as a volume is bound. */
function isInUse({ kind, namespace, name }: Key, object: Obj, { store }: World): boolean {
  if (kind === 'persistentvolumes') return (object as PersistentVolume).status?.phase === 'Bound'
  const uses = (pod: Pod) => pod.spec?.nodeName !== undefined && claimsOf(pod).includes(name)
  return store.list('pods', { namespace, matches: (pod) => uses(pod as Pod) }).items.length > 0
}

/** Keeps claims and volumes that are in use: k8s.io/kubernetes/pkg/controller/volume/pvcprotection and pvprotection. */
export const volumeProtection: Controller = {
  name: 'volume-protection-controller',
  watches: ['persistentvolumeclaims', 'persistentvolumes', 'pods'],
  keys({ key, type, object }) {
    if (key.kind !== 'pods') return type !== 'DELETED' && isDeleting(object) ? [key] : []
    if (type !== 'DELETED') return []
    return claimsOf(object as Pod).map((name) => ({
      kind: 'persistentvolumeclaims',
      namespace: key.namespace,
      name,
    }))
  },
  async reconcile(key, world) {
    const object = world.store.get(key)
    const finalizer = finalizers[key.kind] ?? ''
    if (object === undefined || !isDeleting(object) || isInUse(key, object, world)) return
    if (object.metadata.finalizers?.includes(finalizer) !== true) return
    update<Obj>(world.store, key, (old) =>
      withMetadata(old, { finalizers: (old.metadata.finalizers ?? []).filter((each) => each !== finalizer) }),
    )
  },
}
