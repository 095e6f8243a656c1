import type { Cause } from '../refusal.ts'

/** In which order k8s.io/kubernetes/pkg/apis/core/validation looks at the fields that stand beside each other. */
const order =
  'metadata volumes containers initContainers restartPolicy dnsPolicy nodeSelector name image ports env envFrom volumeMounts imagePullPolicy accessModes resources securityContext lifecycle livenessProbe readinessProbe startupProbe'.split(
    ' ',
  )

export const inOrder = (causes: readonly Cause[]): Cause[] =>
  causes.toSorted((a, b) => compare(steps(a.field), steps(b.field)))

const steps = (field: string) => field.split(/[.[\]]+/).filter((step) => step !== '')

function compare(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((step, index) => step !== b[index])
  const [one, other] = [a[at], b[at]]
  if (one === undefined || other === undefined) return 0
  return rank(one) - rank(other)
}

function rank(step: string): number {
  if (/^\d+$/.test(step)) return Number(step)
  const place = order.indexOf(step)
  return place === -1 ? order.length : place
}
