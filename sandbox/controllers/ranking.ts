import type { Pod } from '../kubernetes.ts'
import { readyCondition, isReady } from './pods.ts'

const cost = 'controller.kubernetes.io/pod-deletion-cost'

type Compare = (a: Pod, b: Pod) => number

const phases = ['Pending', 'Unknown', 'Running']

const by =
  (score: (pod: Pod) => number): Compare =>
  (a, b) =>
    score(a) - score(b)

const restarts = ({ status }: Pod): number =>
  Math.max(0, ...(status?.containerStatuses ?? []).map(({ restartCount }) => restartCount))

/** The younger first; but what is of about the same age is as good: ages are compared by their logarithm. */
const youngest =
  (now: number, since: (pod: Pod) => string | undefined): Compare =>
  (a, b) =>
    logarithm(now - Date.parse(since(a) ?? '')) - logarithm(now - Date.parse(since(b) ?? ''))

const logarithm = (milliseconds: number) => (milliseconds > 0 ? Math.trunc(Math.log2(milliseconds * 1e6)) : -1)

/** Which Pods go first when there are too many: ActivePodsWithRanks of k8s.io/kubernetes/pkg/controller/controller_utils.go. */
export function inOrderOfDeletion(pods: readonly Pod[], now: number): readonly Pod[] {
  const comparisons: readonly Compare[] = [
    by(({ spec }) => (spec?.nodeName === undefined ? 0 : 1)),
    by(({ status }) => phases.indexOf(status?.phase ?? 'Unknown')),
    by((pod) => (isReady(pod) ? 1 : 0)),
    by(({ metadata }) => Number(metadata.annotations?.[cost] ?? 0)),
    youngest(
      now,
      (pod) => (isReady(pod) ? readyCondition(pod)?.lastTransitionTime : undefined) ?? pod.metadata.creationTimestamp,
    ),
    by((pod) => -restarts(pod)),
    youngest(now, ({ metadata }) => metadata.creationTimestamp),
    (a, b) => (a.metadata.uid < b.metadata.uid ? -1 : 1),
  ]
  return pods.toSorted((a, b) => {
    for (const compare of comparisons) {
      const order = compare(a, b)
      if (order !== 0) return order
    }
    return 0
  })
}
