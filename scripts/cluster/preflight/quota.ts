import type { V1ResourceQuota } from '@kubernetes/client-node'
import type { Api, ApiObject } from '../api.ts'
import { amountOf, quantityOf } from '../quantity.ts'
import type { Asked, AskedClaim } from './asked.ts'
import { runningContainers } from './asked.ts'
import type { Findings, Obstacle } from './obstacle.ts'
import { unlessForbidden } from '../refusal.ts'

type Quota = V1ResourceQuota & ApiObject

/** Whether the quotas of a namespace leave what the lesson asks for. */
export async function quotaFor(
  api: Api,
  asked: Asked,
  namespace: string,
  className: string | undefined,
): Promise<Findings> {
  const quotas = await unlessForbidden(api.list<Quota>({ apiVersion: 'v1', kind: 'ResourceQuota' }, { namespace }))
  if (quotas === undefined) return { obstacles: [], notes: ['quota: not visible to you'] }
  return { obstacles: tooSmall(quotas.items, usageOf(asked, className)), notes: [] }
}

/** One obstacle for each resource of a quota that the lesson would exceed, with the figures. */
export function tooSmall(quotas: readonly Quota[], usage: Usage): readonly Obstacle[] {
  return quotas.filter(appliesToOurPods).flatMap(({ metadata, spec, status }) =>
    Object.entries(status?.hard ?? spec?.hard ?? {}).flatMap(([resource, hard]): readonly Obstacle[] => {
      const needed = usage.get(resource) ?? 0
      const used = status?.used?.[resource] ?? '0'
      if (needed === 0 || needed + (amountOf(used) ?? 0) <= (amountOf(hard) ?? Infinity) + rounding) return []
      return [
        {
          topic: 'quota',
          sentence: `Quota ${metadata.name} in ${metadata.namespace} allows ${hard} of ${resource}, ${used} of it in use, and the lesson needs ${quantityOf(resource, needed)} more.`,
          wayOut: 'free some or raise it, or play in another namespace with -n NAME',
        },
      ]
    }),
  )
}

/** Below any quantity that matters, and above what adding tenths of a CPU loses. */
const rounding = 1e-9

type Usage = ReadonlyMap<string, number>

/** What the lesson uses up, by the names that quotas have for it. Everything at once: a Pod that ends counts until it is gone. */
export function usageOf({ kinds, pods, claims }: Asked, className: string | undefined): Usage {
  const usage = new Map<string, number>()
  const use = (amount: number, ...resources: readonly string[]) =>
    resources.forEach((resource) => usage.set(resource, (usage.get(resource) ?? 0) + amount))

  for (const { apiVersion, kind, count } of kinds) {
    if (kind === 'Pod' || kind === 'PersistentVolumeClaim') continue
    const plural = `${kind.toLowerCase()}s`
    const group = apiVersion.split('/').length > 1 ? `.${apiVersion.split('/')[0]}` : ''
    use(count, `count/${plural}${group}`, ...(group === '' ? [plural] : []))
    if (kind === 'Deployment') use(count, 'count/replicasets.apps')
  }
  // The tour's own record.
  use(1, 'configmaps', 'count/configmaps')

  for (const { replicas, spec } of pods) {
    use(replicas, 'pods', 'count/pods')
    for (const { resources } of runningContainers(spec)) {
      for (const name of ['cpu', 'memory']) {
        const limit = amountOf(resources?.limits?.[name] ?? '0') ?? 0
        use(replicas * (amountOf(resources?.requests?.[name] ?? '') ?? limit), name, `requests.${name}`)
        use(replicas * limit, `limits.${name}`)
      }
    }
  }
  for (const claim of claims) useClaim(use, claim, className)
  return usage
}

function useClaim(
  use: (amount: number, ...resources: readonly string[]) => void,
  { names, spec }: AskedClaim,
  className: string | undefined,
): void {
  const inClass = spec.storageClassName ?? className
  const ofClass = (resource: string) =>
    inClass === undefined ? [] : [`${inClass}.storageclass.storage.k8s.io/${resource}`]
  use(names.length, 'persistentvolumeclaims', 'count/persistentvolumeclaims', ...ofClass('persistentvolumeclaims'))
  use(
    names.length * (amountOf(spec.resources?.requests?.['storage'] ?? '0') ?? 0),
    'requests.storage',
    ...ofClass('requests.storage'),
  )
}

/** Our Pods ask for something, run without a deadline, and have no priority class: quotas for others do not count them. */
function appliesToOurPods({ spec }: Quota): boolean {
  const expressions = spec?.scopeSelector?.matchExpressions ?? []
  const scopes = [...(spec?.scopes ?? []).map((scopeName) => ({ scopeName, operator: 'Exists' })), ...expressions]
  return scopes.every(
    ({ scopeName, operator }) => ['NotTerminating', 'NotBestEffort'].includes(scopeName) || operator === 'DoesNotExist',
  )
}
