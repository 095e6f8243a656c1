import type { Store } from '../../contracts.ts'
import type { Node, PersistentVolume, PersistentVolumeClaim, Pod } from '../../kubernetes.ts'
import { annotated, annotationOf, isDeleting, keyOf, update } from '../objects.ts'
import { claimsOf } from '../pods.ts'
import {
  boundByController,
  isCompletelyBound,
  matchingVolume,
  noProvisioner,
  selectedNode,
  storageClass,
  waitsForConsumer,
} from '../volumes.ts'
import { matchesNode } from './affinity.ts'
import type { Misfit } from './filters.ts'

/** A claim that gets its volume once this Pod has a node. */
export interface Unbound {
  readonly claim: PersistentVolumeClaim
  /** A volume that is there already and fits; else one is made. */
  readonly volume: PersistentVolume | undefined
}

/** Claims without a volume, and the volumes of the others. */
interface Claims {
  readonly unbound: readonly PersistentVolumeClaim[]
  readonly volumes: readonly PersistentVolume[]
}

/** What has to be known before any node is looked at: plugins/volumebinding, PreFilter. */
export function claimsToBind(store: Store, pod: Pod): Claims | { readonly problem: string } {
  const { namespace = '' } = pod.metadata
  const unbound: PersistentVolumeClaim[] = []
  const volumes: PersistentVolume[] = []
  let immediate = false
  for (const name of claimsOf(pod)) {
    const claim = store.get<PersistentVolumeClaim>({ kind: 'persistentvolumeclaims', namespace, name })
    if (claim === undefined) return { problem: `persistentvolumeclaim "${name}" not found` }
    if (claim.status?.phase === 'Lost')
      return {
        problem: `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${claim.spec?.volumeName ?? ''}"`,
      }
    if (isDeleting(claim)) return { problem: `persistentvolumeclaim "${name}" is being deleted` }
    const { volumeName = '' } = claim.spec ?? {}
    const volume = store.get<PersistentVolume>({ kind: 'persistentvolumes', namespace: '', name: volumeName })
    if (isCompletelyBound(claim) && volume !== undefined) volumes.push(volume)
    else if (volumeName === '' && waitsForConsumer(store, claim)) unbound.push(claim)
    else immediate = true
  }
  return immediate ? { problem: 'pod has unbound immediate PersistentVolumeClaims' } : { unbound, volumes }
}

/** Whether the volumes can be had on this node: plugins/volumebinding, Filter. */
export function volumesOn(store: Store, node: Node, { unbound, volumes }: Claims): Misfit | readonly Unbound[] {
  const reachable = ({ spec }: PersistentVolume) =>
    spec?.nodeAffinity?.required === undefined || matchesNode(spec.nodeAffinity.required, node)
  if (!volumes.every(reachable))
    return { reasons: ["node(s) didn't match PersistentVolume's node affinity"], final: true }
  const taken = new Set<string>()
  const found: Unbound[] = []
  for (const claim of unbound) {
    const volume = matchingVolume(store, claim, (each) => !taken.has(each.metadata.name) && reachable(each))
    if (volume !== undefined) taken.add(volume.metadata.name)
    const { provisioner = noProvisioner } = storageClass(store, claim) ?? {}
    if (volume === undefined && provisioner === noProvisioner)
      return { reasons: ["node(s) didn't find available persistent volumes to bind"], final: true }
    found.push({ claim, volume })
  }
  return found
}

/** Asks for the volumes. Whether there is something to wait for. */
export function askFor(store: Store, node: Node, unbound: readonly Unbound[]): boolean {
  for (const { claim, volume } of unbound) {
    if (volume?.spec?.claimRef?.uid === claim.metadata.uid) continue
    if (volume !== undefined) {
      const { apiVersion, kind, metadata } = claim
      const { name, namespace = '', uid, resourceVersion } = metadata
      const claimRef = { apiVersion, kind, name, namespace, uid, resourceVersion }
      update<PersistentVolume>(store, keyOf('persistentvolumes', volume), (old) =>
        annotated({ ...old, spec: { ...old.spec, claimRef } }, { [boundByController]: 'yes' }),
      )
    } else if (annotationOf(claim, selectedNode) !== node.metadata.name)
      update<PersistentVolumeClaim>(store, keyOf('persistentvolumeclaims', claim), (old) =>
        annotated(old, { [selectedNode]: node.metadata.name }),
      )
  }
  return unbound.length > 0
}
