import type { V1Namespace } from '@kubernetes/client-node'
import type { Api, ApiObject } from '../api.ts'
import type { Findings } from './obstacle.ts'
import { nothing } from './obstacle.ts'
import { unlessForbidden } from '../refusal.ts'

type Namespace = V1Namespace & ApiObject

export const enforceLabel = 'pod-security.kubernetes.io/enforce'

/** Whether the namespace given with -n can be played in. Where namespaces cannot be seen, what else is asked there will tell. */
export async function namespaceFor(api: Api, name: string): Promise<Findings> {
  const found = await unlessForbidden(
    api.find<Namespace>({ apiVersion: 'v1', kind: 'Namespace', name }).then((object) => object ?? 'none'),
  )
  if (found === 'none') {
    const sentence = `There is no namespace ${JSON.stringify(name)}.`
    return {
      obstacles: [
        {
          topic: 'namespace',
          sentence,
          wayOut: `make it with kubectl create namespace ${name}, or leave -n out for one of the tour's own`,
        },
      ],
      notes: [],
    }
  }
  if (found?.metadata.deletionTimestamp !== undefined) {
    return {
      obstacles: [
        {
          topic: 'namespace',
          sentence: `Namespace ${name} is being deleted.`,
          wayOut: 'wait until it is gone, or name another with -n NAME',
        },
      ],
      notes: [],
    }
  }
  const level = found?.metadata.labels?.[enforceLabel]
  return level === undefined || level === 'privileged'
    ? nothing
    : { obstacles: [], notes: [`Pod Security: ${name} enforces ${level}, which the lesson's Pods pass`] }
}
