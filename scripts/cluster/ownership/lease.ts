import type { V1Lease } from '@kubernetes/client-node'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Api, ApiObject } from '../api.ts'
import type { Identity } from './identity.ts'
import { runsHere } from './identity.ts'

type Lease = V1Lease & ApiObject

/** Milliseconds between two renewals. */
export const renewEvery = 5000
/** Milliseconds without a renewal, by our own clock, after which a run on another machine counts as dead. */
const deadAfter = 20_000

const reference = (namespace: string) => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  name: 'kubectl-tour',
  namespace,
})

// MicroTime, with the six digits that the API server insists on.
const now = () => new Date().toISOString().replace('Z', '000Z')

/** The sign of life of a run in its own namespace. Returns how to stop giving it. */
export async function holdLease(api: Api, namespace: string, identity: Identity): Promise<() => void> {
  const { apiVersion, kind, name } = reference(namespace)
  const holderIdentity = `${identity.user}@${identity.host}`
  const spec = () => ({ holderIdentity, leaseDurationSeconds: deadAfter / 1000, renewTime: now() })
  await api.create({ apiVersion, kind, metadata: { name, namespace }, spec: spec() } as ApiObject)
  return every(renewEvery, () =>
    api.patch({ apiVersion, kind, metadata: { name, namespace }, spec: spec() } as ApiObject),
  )
}

/** Does something at an interval, however it ends, until the returned function is called. Keeps no process alive. */
export function every(interval: number, work: () => Promise<unknown>): () => void {
  const timer = setInterval(() => void work().catch(() => {}), interval)
  timer.unref()
  return () => clearInterval(timer)
}

/** Whether a run lives: by its process where it ran here, else by watching `renewed` change for 20 s of our own time. */
export async function isAlive(
  run: Identity,
  here: Identity,
  renewed: () => Promise<string | undefined>,
): Promise<boolean> {
  const local = await runsHere(run, here)
  if (local !== undefined) return local
  const first = await renewed()
  for (const until = Date.now() + deadAfter; Date.now() < until;) {
    await sleep(1000)
    if ((await renewed()) !== first) return true
  }
  return false
}

/** When the Lease in this namespace was last renewed, in its holder's words. */
export const leaseRenewed = (api: Api, namespace: string) => async () => {
  const lease = await api.find<Lease>(reference(namespace))
  return lease?.spec?.renewTime === undefined ? undefined : String(lease.spec.renewTime)
}
