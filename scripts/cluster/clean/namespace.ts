import type { V1Namespace } from '@kubernetes/client-node'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CleanOutcome } from './cleaning.ts'
import type { Api, ApiObject } from '../api.ts'
import type { Cleaning } from './cleaning.ts'
import { budgetFor } from './cleaning.ts'
import type { Whose } from './volumes.ts'
import { claimsIn, releaseRetained, untilProvisioned, volumesLeft, volumesOf } from './volumes.ts'

type Namespace = V1Namespace & ApiObject

const reference = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', name })

/**
 * Takes a namespace of the tour's away with all that is in it and the volumes made for it, from any half-finished state, and looks whether it
 * is gone. Whoever calls it has made sure that it is the tour's.
 */
export async function cleanNamespace(api: Api, namespace: string, cleaning: Cleaning): Promise<CleanOutcome> {
  const { tell } = cleaning
  const until = Date.now() + budgetFor(cleaning)
  const outcome = (left: readonly string[], objects: number | null, volumes: number | null): CleanOutcome => ({
    namespace,
    own: true,
    left,
    objects,
    volumes,
  })
  const standing = await api.find<Namespace>(reference(namespace))
  if (standing === undefined) return outcome([], 0, 0)
  tell('started', `removing ${namespace}`)

  await stopWorkloads(api, namespace)
  await untilProvisioned(() => claimsIn(api, namespace), until, cleaning)
  const claims = await claimsIn(api, namespace)
  // The namespace is the tour's alone, and so is every volume that was made for a claim in it.
  const whose: Whose = (claimRef) => claimRef.namespace === namespace
  const volumes = await volumesOf(api, whose)
  const retained = await releaseRetained(api, volumes ?? [], tell)

  // Pods and claims are deleted beside the namespace: it is several seconds faster than leaving them to it.
  await Promise.all([
    ...claims.map(({ metadata }) =>
      api.delete(
        { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: metadata.name ?? '', namespace },
        metadata.uid ?? '',
      ),
    ),
    api.delete(reference(namespace), standing.metadata.uid ?? ''),
  ])
  const stuck = await untilGone(api, namespace, standing.metadata.uid ?? '', until, cleaning)
  if (stuck !== undefined) return outcome([...retained, stuck], null, null)
  const staying = await volumesLeft(api, whose, retained.length > 0 ? Date.now() : until)
  const named = (staying ?? [])
    .map(({ metadata }) => `volume ${metadata.name}`)
    .filter((name) => !retained.some((sentence) => sentence.startsWith(name)))
  return outcome(
    [...retained, ...named.map((name) => `${name} is still there`)],
    0,
    staying === undefined ? null : staying.length,
  )
}

/** Ends what would go on making Pods and claims. Nothing in a namespace that goes needs long to say goodbye. */
async function stopWorkloads(api: Api, namespace: string): Promise<void> {
  const kinds = [
    { apiVersion: 'apps/v1', kind: 'StatefulSet' },
    { apiVersion: 'apps/v1', kind: 'Deployment' },
    { apiVersion: 'v1', kind: 'Pod' },
  ]
  for (const kind of kinds) {
    const { items } = await api.list(kind, { namespace })
    await Promise.all(
      items.map(({ metadata }) =>
        api.delete({ ...kind, name: metadata.name ?? '', namespace }, metadata.uid ?? '', { gracePeriodSeconds: 1 }),
      ),
    )
  }
}

/** Undefined when it is gone; else one sentence that says what holds it, in the API server's words. */
async function untilGone(
  api: Api,
  namespace: string,
  uid: string,
  until: number,
  { tell, signal }: Cleaning,
): Promise<string | undefined> {
  let told = ''
  for (;;) {
    const standing = await api.find<Namespace>(reference(namespace))
    if (standing === undefined || standing.metadata.uid !== uid) return undefined
    const holding = holdUp(standing)
    if (holding !== '' && holding !== told) {
      told = holding
      tell('progress', holding)
    }
    if (Date.now() > until || signal?.aborted === true)
      return `${namespace} is still there${holding === '' ? '' : `: ${holding}`}`
    await sleep(100)
  }
}

// ContentRemaining and FinalizersRemaining stand for a moment in every deletion; a failure is worth quoting at once.
function holdUp({ status }: Namespace): string {
  const conditions = (status?.conditions ?? []).filter((condition) => condition.status === 'True')
  const failure =
    conditions.find(({ type }) => type.endsWith('Failure')) ??
    conditions.find(({ type }) => type === 'NamespaceFinalizersRemaining')
  return failure?.message ?? ''
}
