import type { Controller, Key, World } from '../contracts.ts'
import type { PersistentVolume, PersistentVolumeClaim, Pod } from '../kubernetes.ts'
import { annotated, annotationOf, isDeleting, keyOf, now, update } from './objects.ts'
import { claimsOf } from './pods.ts'
import {
  bindCompleted,
  boundByController,
  classOf,
  isMeantFor,
  matchingVolume,
  mismatch,
  noProvisioner,
  selectedNode,
  storageClass,
  storageProvisioner,
  waitsForConsumer,
} from './volumes.ts'

// k8s.io/kubernetes/pkg/controller/volume/persistentvolume/pv_controller.go

const component = 'persistentvolume-controller'
/** Claims that wait are looked at, and told of, again: upstream's resync. */
const resync = 15_000

const volumeKey = (name: string): Key => ({ kind: 'persistentvolumes', namespace: '', name })

const claimKeyOf = ({ spec }: PersistentVolume): readonly Key[] => {
  const { namespace = '', name = '' } = spec?.claimRef ?? {}
  return name === '' ? [] : [{ kind: 'persistentvolumeclaims', namespace, name }]
}

type Told = readonly [type: 'Normal' | 'Warning', reason: string, message: string]

const nothingFits: Told = [
  'Normal',
  'FailedBinding',
  'no persistent volumes available for this claim and no storage class is set',
]

/** Why an unbound claim waits; and that a provisioner is asked where there is one for it. */
function explain(world: World, claim: PersistentVolumeClaim): Told {
  const { store } = world
  if (classOf(claim) === '') return nothingFits
  const found = storageClass(store, claim)
  if (found === undefined)
    return ['Warning', 'ProvisioningFailed', `storageclass.storage.k8s.io "${classOf(claim)}" not found`]
  if (waitsForConsumer(store, claim) && annotationOf(claim, selectedNode) === undefined) return waiting(world, claim)
  const { provisioner } = found
  if (provisioner === noProvisioner) return nothingFits
  update<PersistentVolumeClaim>(store, keyOf('persistentvolumeclaims', claim), (old) =>
    annotated(old, { [storageProvisioner]: provisioner, 'volume.beta.kubernetes.io/storage-provisioner': provisioner }),
  )
  return [
    'Normal',
    'ExternalProvisioning',
    `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`,
  ]
}

/** Who was there before the claim, or is there at the next look, is waited for by name. */
function waiting({ store, clock }: World, { metadata }: PersistentVolumeClaim): Told {
  const { namespace = '', name, creationTimestamp } = metadata
  const fresh = clock.now() - Date.parse(creationTimestamp) < resync - 1000
  const consumers = store
    .list<Pod>('pods', { namespace })
    .items.filter(
      (pod) =>
        pod.spec?.nodeName === undefined &&
        claimsOf(pod).includes(name) &&
        (!fresh || pod.metadata.creationTimestamp < creationTimestamp),
    )
  const names = consumers.map((pod) => pod.metadata.name)
  if (names.length === 0)
    return ['Normal', 'WaitForFirstConsumer', 'waiting for first consumer to be created before binding']
  return [
    'Normal',
    'WaitForPodScheduled',
    `waiting for pod${names.length > 1 ? 's' : ''} ${names.join(',')} to be scheduled`,
  ]
}

/** Volume first, then the claim: whoever sees the claim bound finds its volume so. */
function bind({ store, clock }: World, volume: PersistentVolume, claim: PersistentVolumeClaim): void {
  const { name, namespace = '', uid, resourceVersion } = claim.metadata
  const { apiVersion, kind } = claim
  update<PersistentVolume>(store, keyOf('persistentvolumes', volume), (old) => {
    const whole = old.spec?.claimRef?.uid === uid
    const bound = whole
      ? old
      : { ...old, spec: { ...old.spec, claimRef: { apiVersion, kind, name, namespace, uid, resourceVersion } } }
    const ours = old.spec?.claimRef === undefined ? annotated(bound, { [boundByController]: 'yes' }) : bound
    return inPhase(ours, 'Bound', now(clock))
  })
  update<PersistentVolumeClaim>(store, keyOf('persistentvolumeclaims', claim), (old) => {
    const chosen = (old.spec?.volumeName ?? '') === '' ? { [boundByController]: 'yes' } : {}
    return {
      ...annotated(old, { ...chosen, [bindCompleted]: 'yes' }),
      spec: { ...old.spec, volumeName: volume.metadata.name },
      status: {
        ...old.status,
        phase: 'Bound',
        accessModes: volume.spec?.accessModes ?? [],
        capacity: volume.spec?.capacity ?? {},
      },
    }
  })
}

const inPhase = (volume: PersistentVolume, phase: string, time: string): PersistentVolume =>
  volume.status?.phase === phase
    ? volume
    : { ...volume, status: { ...volume.status, phase, lastPhaseTransitionTime: time } }

function setPhase({ store }: World, key: Key, phase: string): void {
  update<PersistentVolumeClaim>(store, key, (old) =>
    old.status?.phase === phase ? old : { ...old, status: { ...old.status, phase } },
  )
}

function syncUnbound(world: World, key: Key, claim: PersistentVolumeClaim): { readonly again?: number } {
  const { store } = world
  const tell = ([type, reason, message]: Told) => world.record(claim, { type, reason, message, component })
  const wait = (told?: Told) => {
    if (told !== undefined) tell(told)
    setPhase(world, key, 'Pending')
    return { again: resync }
  }
  const { volumeName = '' } = claim.spec ?? {}
  if (volumeName !== '') {
    const volume = store.get<PersistentVolume>(volumeKey(volumeName))
    if (volume === undefined) return wait()
    if (volume.spec?.claimRef !== undefined && !isMeantFor(volume, claim))
      return wait(['Warning', 'FailedBinding', `volume "${volumeName}" already bound to a different claim.`])
    const problem = volume.spec?.claimRef === undefined ? mismatch(volume, claim) : undefined
    if (problem !== undefined)
      return wait(['Warning', 'VolumeMismatch', `Cannot bind to requested volume "${volumeName}": ${problem}`])
    bind(world, volume, claim)
    return {}
  }
  const delayed = waitsForConsumer(store, claim) && annotationOf(claim, selectedNode) === undefined
  // What a volume's claimRef says already is not for the scheduler to choose.
  const volume = matchingVolume(store, claim, delayed ? ({ spec }) => spec?.claimRef !== undefined : undefined)
  if (volume === undefined) return wait(explain(world, claim))
  bind(world, volume, claim)
  return {}
}

function syncClaim(world: World, key: Key): { readonly again?: number } {
  const claim = world.store.get<PersistentVolumeClaim>(key)
  if (claim === undefined) return {}
  if (annotationOf(claim, bindCompleted) === undefined) return isDeleting(claim) ? {} : syncUnbound(world, key, claim)
  const volume = world.store.get<PersistentVolume>(volumeKey(claim.spec?.volumeName ?? ''))
  if (volume !== undefined && (volume.spec?.claimRef === undefined || isMeantFor(volume, claim))) {
    bind(world, volume, claim)
    return {}
  }
  if (claim.status?.phase === 'Lost') return {}
  const [reason, message] =
    volume === undefined
      ? ['ClaimLost', 'Bound claim has lost its PersistentVolume. Data on the volume is lost!']
      : ['ClaimMisbound', 'Two claims are bound to the same volume, this one is bound incorrectly']
  world.record(claim, { type: 'Warning', reason, message, component })
  setPhase(world, key, 'Lost')
  return {}
}

function syncVolume({ store, clock }: World, key: Key): void {
  const volume = store.get<PersistentVolume>(key)
  if (volume === undefined) return
  const { phase } = volume.status ?? {}
  const [claimKey] = claimKeyOf(volume)
  const settle = (next: string) => update<PersistentVolume>(store, key, (old) => inPhase(old, next, now(clock)))
  if (claimKey === undefined || (volume.spec?.claimRef?.uid ?? '') === '') return settle('Available')
  const claim = store.get<PersistentVolumeClaim>(claimKey)
  if (claim?.metadata.uid === volume.spec?.claimRef?.uid) {
    if (claim?.spec?.volumeName === key.name) settle('Bound')
  } else if (phase !== 'Released' && phase !== 'Failed') settle('Released')
}

export const binder: Controller = {
  name: component,
  watches: ['persistentvolumeclaims', 'persistentvolumes', 'storageclasses.storage.k8s.io'],
  keys({ key, type, object }, { store }) {
    if (key.kind === 'persistentvolumeclaims') {
      const { volumeName = '' } = (object as PersistentVolumeClaim).spec ?? {}
      return [key, ...(volumeName === '' ? [] : [volumeKey(volumeName)])]
    }
    const own = key.kind === 'persistentvolumes' ? [key, ...claimKeyOf(object)] : []
    const news = own.length < 2 && type !== 'DELETED' && (object as PersistentVolume).status?.phase !== 'Pending'
    if (!news) return own
    const waits = (claim: PersistentVolumeClaim) => annotationOf(claim, bindCompleted) === undefined
    const claims = store.list<PersistentVolumeClaim>('persistentvolumeclaims').items.filter(waits)
    return [...own, ...claims.map((claim) => keyOf('persistentvolumeclaims', claim))]
  },
  async reconcile(key, world) {
    if (key.kind === 'persistentvolumeclaims') return syncClaim(world, key)
    if (key.kind === 'persistentvolumes') syncVolume(world, key)
    return {}
  },
}
