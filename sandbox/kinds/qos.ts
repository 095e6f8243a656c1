import type { Pod } from '../kubernetes.ts'
import { quantityNanos } from '../schema/quantity.ts'

const counted = ['cpu', 'memory']

type Amounts = Readonly<Record<string, string>>

// k8s.io/kubernetes/pkg/apis/core/helper/qos.ComputePodQOS
export function qosClass(spec: NonNullable<Pod['spec']>): string {
  const all = [...spec.containers, ...(spec.initContainers ?? [])].map(({ resources }) => ({
    requests: positive(resources?.requests),
    limits: positive(resources?.limits),
  }))
  if (all.every(({ requests, limits }) => requests.size === 0 && limits.size === 0)) return 'BestEffort'
  const guaranteed = all.every(({ requests, limits }) =>
    counted.every((name) => limits.has(name) && (requests.get(name) ?? limits.get(name)) === limits.get(name)),
  )
  return guaranteed ? 'Guaranteed' : 'Burstable'
}

const positive = (amounts: Amounts = {}): ReadonlyMap<string, bigint> =>
  new Map(
    counted.flatMap((name): [string, bigint][] => {
      const nanos = amounts[name] === undefined ? 0n : quantityNanos(amounts[name])
      return nanos > 0n ? [[name, nanos]] : []
    }),
  )
