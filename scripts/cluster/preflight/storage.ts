import type { V1PersistentVolume } from '@kubernetes/client-node'
import type { Api, ApiObject } from '../api.ts'
import type { Facts } from '../facts.ts'
import { amountOf } from '../quantity.ts'
import { mayI } from '../reviews.ts'
import type { AskedClaim } from './asked.ts'
import type { Findings, Obstacle } from './obstacle.ts'
import { nothing } from './obstacle.ts'
import { unlessForbidden } from '../refusal.ts'

type Volume = V1PersistentVolume & ApiObject

const obstacle = (sentence: string, wayOut: string): Findings => ({
  obstacles: [{ topic: 'storage', sentence, wayOut } satisfies Obstacle],
  notes: [],
})

/** Whether each claim of the lesson will get a volume of its own, made for it. */
export async function storageFor(
  api: Api,
  facts: Facts,
  claims: readonly AskedClaim[],
  namespace: string,
): Promise<Findings> {
  if (claims.length === 0) return nothing
  const { storageClass, maySee, classes } = facts
  if (maySee.classes && storageClass === undefined) {
    return obstacle(
      'There is no default storage class, so a claim that names none would wait for ever.',
      classes.length === 0
        ? 'this cluster has no storage class at all: it needs one first'
        : `name one with --storage-class: ${classes.join(', ')}`,
    )
  }
  if (storageClass?.provisioner === 'kubernetes.io/no-provisioner') {
    const others = classes.filter((name) => name !== storageClass.name)
    return obstacle(
      `The storage class ${storageClass.name} has no provisioner: its volumes are made by hand, and a claim would take one of them.`,
      others.length === 0
        ? 'the lesson needs a class with a provisioner'
        : `name another with --storage-class: ${others.join(', ')}`,
    )
  }
  const [volumes, retained] = await Promise.all([
    maySee.volumes ? unlessForbidden(api.list<Volume>({ apiVersion: 'v1', kind: 'PersistentVolume' })) : undefined,
    retains(api, facts),
  ])
  const notes = [
    ...(maySee.classes ? [] : ['storage classes: not visible to you']),
    ...(volumes === undefined ? ['volumes: not visible to you'] : []),
    ...retained,
  ]
  // A class that cannot be seen may be any: then every spare volume counts.
  const className = storageClass?.name ?? facts.askedClass
  const spare = spareVolume(volumes?.items ?? [], claims, className, namespace)
  if (spare === undefined) return { obstacles: [], notes }
  return obstacle(
    `A claim of the lesson could bind somebody's spare volume ${spare}.`,
    `name another class with --storage-class, or remove the volume if it is yours (kubectl delete pv ${spare})`,
  )
}

async function retains(api: Api, { storageClass }: Facts): Promise<readonly string[]> {
  if (storageClass?.reclaim !== 'Retain') return []
  const mayPatch = await mayI(api, { verb: 'patch', group: '', resource: 'persistentvolumes' })
  return mayPatch === false
    ? [`class ${storageClass.name} retains volumes, and you may not change that: the lesson's will be left behind`]
    : []
}

/** The name of a volume that one of these claims could take. Undefined for the class: any. */
export function spareVolume(
  volumes: readonly Volume[],
  claims: readonly AskedClaim[],
  className: string | undefined,
  namespace: string,
): string | undefined {
  const found = volumes.find((volume) =>
    claims.some((claim) => couldBind(volume, claim, claim.spec.storageClassName ?? className, namespace)),
  )
  return found?.metadata.name
}

// As pkg/controller/volume/persistentvolume's findMatchingVolume has it, save for where the volume is: a Pod may go to any node.
function couldBind(
  { metadata, spec, status }: Volume,
  { names, spec: claim }: AskedClaim,
  className: string | undefined,
  namespace: string,
): boolean {
  if (status?.phase !== 'Available' || metadata.deletionTimestamp !== undefined || spec === undefined) return false
  if (className !== undefined && (spec.storageClassName ?? '') !== className) return false
  if (
    spec.claimRef !== undefined &&
    !(spec.claimRef.namespace === namespace && names.includes(spec.claimRef.name ?? ''))
  )
    return false
  const wanted = amountOf(claim.resources?.requests?.['storage'] ?? '0') ?? 0
  return (
    (spec.volumeMode ?? 'Filesystem') === (claim.volumeMode ?? 'Filesystem') &&
    (amountOf(spec.capacity?.['storage'] ?? '0') ?? 0) >= wanted &&
    (claim.accessModes ?? []).every((mode) => spec.accessModes?.includes(mode)) &&
    Object.entries(claim.selector?.matchLabels ?? {}).every(([key, value]) => metadata.labels?.[key] === value)
  )
}
