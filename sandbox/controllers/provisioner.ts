import type { Controller, Key, World } from '../contracts.ts'
import type { Node, PersistentVolume, PersistentVolumeClaim } from '../kubernetes.ts'
import { remove } from '../store/deletion.ts'
import { annotationOf, create, isDeleting } from './objects.ts'
import {
  bindCompleted,
  provisionedBy,
  selectedNode,
  storageClass,
  storageProvisioner,
  waitsForConsumer,
} from './volumes.ts'

// github.com/rancher/local-path-provisioner, over sigs.k8s.io/sig-storage-lib-external-provisioner

const provisioner = 'rancher.io/local-path'
const component = `${provisioner}_local-path-provisioner`
const folder = '/var/local-path-provisioner'
/** Where it has failed it tries again later: the library's first pause. */
const retry = 15_000
const modes = new Set(['ReadWriteOnce', 'ReadWriteOncePod'])

/** Why it makes no volume for this claim. */
function refusalOf({ spec }: PersistentVolumeClaim): string | undefined {
  if (spec?.selector !== undefined) return 'claim.Spec.Selector is not supported'
  return (spec?.accessModes ?? []).every((mode) => modes.has(mode))
    ? undefined
    : 'NodePath only supports ReadWriteOnce and ReadWriteOncePod (1.22+) access modes'
}

function volumeFor(claim: PersistentVolumeClaim, node: Node, { store }: World) {
  const { name: claimName, namespace = '', uid, resourceVersion } = claim.metadata
  const name = `pvc-${uid}`
  const { apiVersion, kind, spec } = claim
  const { reclaimPolicy = 'Delete', mountOptions = [] } = storageClass(store, claim) ?? {}
  const hostname = node.metadata.labels?.['kubernetes.io/hostname'] ?? node.metadata.name
  return {
    metadata: {
      name,
      annotations: { 'local.path.provisioner/selected-node': node.metadata.name, [provisionedBy]: provisioner },
    },
    spec: {
      accessModes: spec?.accessModes ?? [],
      capacity: { storage: spec?.resources?.requests?.['storage'] ?? '0' },
      claimRef: { apiVersion, kind, name: claimName, namespace, uid, resourceVersion },
      hostPath: { path: `${folder}/${name}_${namespace}_${claimName}`, type: 'DirectoryOrCreate' },
      mountOptions,
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [hostname] }] },
          ],
        },
      },
      persistentVolumeReclaimPolicy: reclaimPolicy,
      storageClassName: spec?.storageClassName ?? '',
      volumeMode: spec?.volumeMode ?? 'Filesystem',
    },
    status: { phase: 'Pending' },
  }
}

const problemOf = (work: Promise<void>): Promise<string | undefined> =>
  work.then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  )

/** The scheduler's choice; the only node where it is not asked. */
function nodeFor(claim: PersistentVolumeClaim, { store }: World): Node | undefined {
  const chosen = annotationOf(claim, selectedNode)
  const nodes = store.list<Node>('nodes').items
  return chosen === undefined ? nodes[0] : nodes.find(({ metadata }) => metadata.name === chosen)
}

async function provision(key: Key, world: World): Promise<{ readonly again?: number } | void> {
  const { store, disks } = world
  const claim = store.get<PersistentVolumeClaim>(key)
  if (claim === undefined || isDeleting(claim) || annotationOf(claim, bindCompleted) !== undefined) return
  if (annotationOf(claim, storageProvisioner) !== provisioner || (claim.spec?.volumeName ?? '') !== '') return
  const node = nodeFor(claim, world)
  const early = waitsForConsumer(store, claim) && annotationOf(claim, selectedNode) === undefined
  const found = storageClass(store, claim)
  if (node === undefined || found === undefined || early) return
  const volume = volumeFor(claim, node, world)
  if (store.get({ kind: 'persistentvolumes', namespace: '', name: volume.metadata.name }) !== undefined) return

  const tell = (type: 'Normal' | 'Warning', reason: string, message: string) =>
    world.record(claim, { type, reason, message, component })
  tell('Normal', 'Provisioning', `External provisioner is provisioning volume for claim "${key.namespace}/${key.name}"`)
  const refusal = refusalOf(claim) ?? (await problemOf(disks.make(volume.spec.hostPath.path)))
  if (refusal !== undefined) {
    const message = `failed to provision volume with StorageClass "${found.metadata.name}": ${refusal}`
    tell('Warning', 'ProvisioningFailed', message)
    return { again: retry }
  }
  create<PersistentVolume>(store, 'persistentvolumes', volume)
  tell('Normal', 'ProvisioningSucceeded', `Successfully provisioned volume ${volume.metadata.name}`)
}

/** It made it, and nobody is to keep it. */
const isToBeRemoved = (volume: PersistentVolume): boolean =>
  volume.status?.phase === 'Released' &&
  volume.spec?.persistentVolumeReclaimPolicy === 'Delete' &&
  annotationOf(volume, provisionedBy) === provisioner

async function reclaim(key: Key, world: World): Promise<{ readonly again?: number } | void> {
  const { store, clock, disks } = world
  const volume = store.get<PersistentVolume>(key)
  if (volume === undefined || isDeleting(volume) || !isToBeRemoved(volume)) return
  const problem = await problemOf(disks.remove(volume.spec?.hostPath?.path ?? ''))
  if (problem !== undefined) {
    world.record(volume, { type: 'Warning', reason: 'VolumeFailedDelete', message: problem, component })
    return { again: retry }
  }
  remove(store, key, { uid: volume.metadata.uid }, clock)
}

export const localPath: Controller = {
  name: component,
  watches: ['persistentvolumeclaims', 'persistentvolumes'],
  keys: ({ key, type }) => (type === 'DELETED' ? [] : [key]),
  reconcile: (key, world) => (key.kind === 'persistentvolumes' ? reclaim(key, world) : provision(key, world)),
}
