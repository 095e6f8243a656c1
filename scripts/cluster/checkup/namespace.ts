import type { V1Namespace, V1ResourceQuota } from '@kubernetes/client-node'
import type { Api, ApiObject } from '../api.ts'
import { enforceLabel } from '../preflight/namespace.ts'
import type { Checkup, QuotaLine } from './checkup.ts'
import { unlessForbidden } from '../refusal.ts'

/** The Pod Security level that a namespace's label enforces. */
export async function podSecurityOf(api: Api, name: string): Promise<Checkup['podSecurity']> {
  const asked = api.find<V1Namespace & ApiObject>({ apiVersion: 'v1', kind: 'Namespace', name })
  const found = await unlessForbidden(asked.then((object) => object?.metadata.labels ?? {}))
  return { enforce: found?.[enforceLabel] ?? null, visible: found !== undefined }
}

/** What the quotas of a namespace allow and how much of it is used; null where they cannot be seen. */
export async function quotaIn(api: Api, namespace: string): Promise<readonly QuotaLine[] | null> {
  const found = await unlessForbidden(
    api.list<V1ResourceQuota & ApiObject>({ apiVersion: 'v1', kind: 'ResourceQuota' }, { namespace }),
  )
  if (found === undefined) return null
  return found.items.flatMap(({ metadata, spec, status }) =>
    Object.entries(status?.hard ?? spec?.hard ?? {}).map(([resource, hard]) => ({
      quota: metadata.name ?? '',
      resource,
      hard,
      used: status?.used?.[resource] ?? '0',
    })),
  )
}
