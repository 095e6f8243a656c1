import { setTimeout as sleep } from 'node:timers/promises'
import type { V1PersistentVolume, V1PersistentVolumeClaim } from '@kubernetes/client-node'
import type { Api, ApiObject } from '../api.ts'
import type { Cleaning, Tell } from './cleaning.ts'
import { isForbidden, unlessForbidden } from '../refusal.ts'

export type Volume = V1PersistentVolume & ApiObject
export type VolumeClaim = V1PersistentVolumeClaim & ApiObject

const volumeKind = { apiVersion: 'v1', kind: 'PersistentVolume' }
const claimKind = { apiVersion: 'v1', kind: 'PersistentVolumeClaim' }

/** Which volumes are a lesson's: by the claims they were made for, which may be gone by now. */
export type Whose = (claimRef: NonNullable<NonNullable<Volume['spec']>['claimRef']>) => boolean

/** The volumes that are bound to a lesson's claims, or were; undefined where this user may not see volumes. */
export async function volumesOf(api: Api, whose: Whose): Promise<readonly Volume[] | undefined> {
  try {
    const { items } = await api.list<Volume>(volumeKind)
    return items.filter(({ spec }) => spec?.claimRef !== undefined && whose(spec.claimRef))
  } catch (error) {
    if (isForbidden(error)) return undefined
    throw error
  }
}

/** None where this user may not see claims: then the lesson made none. */
export const claimsIn = async (api: Api, namespace: string): Promise<readonly VolumeClaim[]> =>
  (await unlessForbidden(api.list<VolumeClaim>(claimKind, { namespace })))?.items ?? []

/** A provisioner is at work for it, or about to be: its volume would appear after the claim is gone. */
export const isBeingProvisioned = ({ status, metadata, spec }: VolumeClaim) =>
  status?.phase === 'Pending' &&
  spec?.volumeName === undefined &&
  ['volume.kubernetes.io/selected-node', 'volume.kubernetes.io/storage-provisioner'].some(
    (key) => metadata.annotations?.[key] !== undefined,
  )

/**
 * Where the class retains, a volume would stay for ever: the tour's own are set to be deleted with their claims. Returns a sentence for each
 * that it was not allowed to change.
 */
export async function releaseRetained(api: Api, volumes: readonly Volume[], tell: Tell): Promise<readonly string[]> {
  const left: string[] = []
  for (const { metadata, spec } of volumes) {
    if (spec?.persistentVolumeReclaimPolicy !== 'Retain') continue
    const name = metadata.name ?? ''
    try {
      await api.patch({
        ...volumeKind,
        metadata: { name, uid: metadata.uid ?? '' },
        spec: { persistentVolumeReclaimPolicy: 'Delete' },
      } as ApiObject)
      tell('progress', `volume ${name} would be retained: set to be deleted with its claim`)
    } catch (error) {
      if (!isForbidden(error)) throw error
      left.push(`volume ${name} is retained by its class, and you may not change that`)
    }
  }
  return left
}

/** Milliseconds that a volume may take to be made: a provisioner that fails again and again must not hold up the cleaning. */
const provisioningLimit = 30_000

/** Waits for volumes that are just being made, until `until` (a time, in milliseconds) at the latest. */
export async function untilProvisioned(
  claims: () => Promise<readonly VolumeClaim[]>,
  until: number,
  { tell, signal }: Cleaning,
): Promise<void> {
  const enough = Math.min(until, Date.now() + provisioningLimit)
  for (let told = false; Date.now() < enough; told = true) {
    if (signal?.aborted === true) return
    const making = (await claims()).filter(isBeingProvisioned)
    if (making.length === 0) return
    if (!told)
      tell(
        'progress',
        `waiting for the volume of ${making.map(({ metadata }) => metadata.name).join(', ')}, which is just being made`,
      )
    await sleep(250)
  }
}

/** The volumes of these claims that stay until `until` (a time, in milliseconds); undefined where volumes cannot be seen. */
export async function volumesLeft(api: Api, whose: Whose, until: number): Promise<readonly Volume[] | undefined> {
  for (;;) {
    const left = await volumesOf(api, whose)
    if (left === undefined || left.length === 0 || Date.now() > until) return left
    await sleep(200)
  }
}
