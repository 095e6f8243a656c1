import type { V1Pod } from '@kubernetes/client-node'
import { diagnoseContainers } from './containers.ts'
import { exitClause } from './exits.ts'
import { diagnoseMounts } from './mounts.ts'
import { containersOf } from './parts.ts'
import { diagnoseScheduling } from './scheduling.ts'
import { final, type Finding, normal, type Options, type Scene } from './scene.ts'

/** What keeps a Pod from being Ready, and is not a matter of waiting for what goes on. */
export function diagnosePod(pod: V1Pod, scene: Scene, options: Options): readonly Finding[] {
  if (pod.metadata?.deletionTimestamp) return []
  if (pod.status?.phase === 'Succeeded') return []
  if (pod.status?.phase === 'Failed') return [failed(pod)]
  return [...diagnoseScheduling(pod, scene), ...diagnoseMounts(pod, scene), ...diagnoseContainers(pod, scene, options)]
}

const words: Readonly<Record<string, string>> = { DeadlineExceeded: 'it ran longer than its activeDeadlineSeconds' }

function failed(pod: V1Pod): Finding {
  const { reason = 'Failed' } = pod.status ?? {}
  const subject = `pod/${pod.metadata?.name}`
  const ended = containersOf(pod).find(({ status }) => (status?.state?.terminated?.exitCode ?? 0) !== 0)
  const exit = ended && `its container ${ended.name} ${exitClause(ended.status?.state?.terminated)}`
  const cause =
    (reason === 'Failed' ? exit : (words[reason] ?? pod.status?.message?.trim().replace(/\.$/, ''))) ??
    exit ??
    'it will not be started again'
  const told = {
    reason,
    cause: `${cause} (${reason})`,
    remedy: `look at kubectl logs ${pod.metadata?.name} and kubectl describe ${subject}`,
  }
  const hasController = pod.metadata?.ownerReferences?.some(({ controller }) => controller)
  return hasController ? normal(subject, told) : final(subject, told) // its controller makes another
}
