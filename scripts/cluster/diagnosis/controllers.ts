import type { CoreV1Event } from '@kubernetes/client-node'
import {
  type Controller,
  doubtful,
  eventsAbout,
  final,
  type Finding,
  lastClause,
  lastSeen,
  type Scene,
} from './scene.ts'

interface Refusal {
  readonly when: RegExp
  readonly final?: true
  readonly cause: (match: RegExpExecArray) => string
  readonly remedy: string
}

const elsewhere = 'play in another namespace with -n NAME, or have it allowed'

// What admission says: pkg/quota, pod-security-admission, plugin/pkg/admission/limitranger, webhooks and policies.
const refusals: readonly Refusal[] = [
  {
    when: /violates PodSecurity "([^":]+)[^"]*": (.*)/s,
    final: true,
    cause: ([, level, violations = '']) =>
      `the namespace's Pod Security level ${level} forbids its Pods: ${violations.replaceAll(/ \((?:[^()]|\([^()]*\))*\)/g, '')}`,
    remedy: elsewhere,
  },
  {
    when: /exceeded quota: ([^,]+), requested: .*, limited: (.*)/s,
    cause: ([, quota, most]) => `the quota ${quota} allows no more than ${most} in all`,
    remedy: 'look at kubectl describe quota, and make room',
  },
  {
    when: /failed quota: ([^:]+): must specify (.*)/s,
    cause: ([, quota, fields = '']) =>
      `the quota ${quota} demands ${fields.replaceAll(/ for: [^;]*/g, '').replaceAll(/[;,]\s*/g, ', ')}, which its Pods do not state`,
    remedy: 'a LimitRange with defaults supplies them',
  },
  {
    when: /\b((?:minimum|maximum) [\w./-]+ usage per \w+ is [^,\]]+|[\w./-]+ max limit to request ratio per \w+ is [^,\]]+)/,
    cause: ([, rule]) => `a LimitRange forbids its Pods: ${rule}`,
    remedy: 'look at kubectl describe limits',
  },
  {
    when: /ValidatingAdmissionPolicy '([^']+)'.*denied request: (.*)/s,
    cause: ([, policy, words = '']) => `the cluster's policy ${policy} forbids its Pods: ${lastClause(words)}`,
    remedy: elsewhere,
  },
  {
    when: /admission webhook "([^"]+)" denied the request: (.*)/s,
    cause: ([, webhook, words = '']) => `the cluster's policy ${webhook} forbids its Pods: ${lastClause(words)}`,
    remedy: elsewhere,
  },
  {
    when: /unable to validate against any security context constraint/,
    cause: () => "OpenShift's security context constraints forbid its Pods",
    remedy: elsewhere,
  },
  {
    when: /serviceaccount "([^"]+)" not found/,
    cause: ([, name]) => `there is no ServiceAccount ${name}`,
    remedy: 'look at kubectl get serviceaccounts',
  },
]

/** What the API server refuses to StatefulSets and ReplicaSets: their Pods do not exist, so only the events tell. */
export function diagnoseControllers(scene: Scene): readonly Finding[] {
  const failures = scene.events.filter(
    ({ reason, involvedObject }) => reason === 'FailedCreate' && involvedObject.kind !== 'Pod',
  )
  const uids = [...new Set(failures.map(({ involvedObject }) => involvedObject.uid))]
  return uids.flatMap((uid) => {
    const [latest] = eventsAbout(scene, uid === undefined ? {} : { uid }, 'FailedCreate', 'SuccessfulCreate').toSorted(
      successFirst,
    )
    return latest?.reason === 'FailedCreate' && stillFails(latest, scene) ? [refusal(latest, scene)] : []
  })
}

// Seconds are all that these events have. In the same one, a success follows its failures: the controller stops at the first failure.
function successFirst(one: CoreV1Event, other: CoreV1Event): number {
  return lastSeen(other) - lastSeen(one) || (other.reason ?? '').localeCompare(one.reason ?? '')
}

function stillFails({ involvedObject: { uid, name, kind } }: CoreV1Event, { sets, pods }: Scene): boolean {
  if (sets === undefined) {
    const successor = pods.some(({ metadata }) =>
      metadata?.ownerReferences?.some((owner) => owner.kind === kind && owner.name === name && owner.uid !== uid),
    )
    return !successor
  }
  const set = sets.find(({ metadata }) => metadata?.uid === uid)
  return (
    set !== undefined &&
    set.metadata?.deletionTimestamp === undefined &&
    (set.status?.replicas ?? 0) < (set.spec?.replicas ?? 1)
  )
}

function refusal({ involvedObject, message = '' }: CoreV1Event, { sets = [] }: Scene): Finding {
  const subject = subjectOf(
    sets.find(({ metadata }) => metadata?.uid === involvedObject.uid),
    `${involvedObject.kind?.toLowerCase()}/${involvedObject.name}`,
  )
  const reason = 'FailedCreate'
  for (const { when, final: isFinal, cause, remedy } of refusals) {
    const match = when.exec(message)
    if (match !== null)
      return (isFinal ? final : doubtful)(subject, { reason, cause: `${cause(match)} (${reason})`, remedy })
  }
  const cause = `its Pods cannot be made: ${lastClause(message)} (${reason})`
  return doubtful(subject, { reason, cause, remedy: `look at kubectl describe ${subject}` })
}

/** A Deployment's ReplicaSet is told under the Deployment's name: that is what the learner applied. */
function subjectOf(set: Controller | undefined, own: string): string {
  const owner = set?.metadata?.ownerReferences?.find(({ controller }) => controller)
  return owner === undefined ? own : `${owner.kind.toLowerCase()}/${owner.name}`
}
