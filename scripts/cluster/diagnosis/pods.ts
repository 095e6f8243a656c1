import type { V1Pod } from '@kubernetes/client-node'
import { containersOf, diagnoseContainers, exitClause, type Options } from './containers.ts'
import { diagnoseMounts } from './mounts.ts'
import { diagnoseScheduling } from './scheduling.ts'
import { final, type Finding, normal, type Scene } from './scene.ts'

/** What keeps a Pod from being Ready, and is not a matter of waiting for what goes on. */
export function diagnosePod(pod: V1Pod, scene: Scene, options: Options): readonly Finding[] {
  if (pod.metadata?.deletionTimestamp) return []
  switch (pod.status?.phase) {
    case 'Succeeded':
      return []
    case 'Failed':
      return [failed(pod)]
    default:
      return [
        ...diagnoseScheduling(pod, scene),
        ...diagnoseMounts(pod, scene),
        ...diagnoseContainers(pod, scene, options),
      ]
  }
}

function failed(pod: V1Pod): Finding {
  const { reason = 'Failed' } = pod.status ?? {}
  const subject = `pod/${pod.metadata?.name}`
  const ended = containersOf(pod).find(({ status }) => (status?.state?.terminated?.exitCode ?? 0) !== 0)
  const exit = ended && `its container ${ended.name} ${exitClause(ended.status?.state?.terminated)}`
  const cause =
    (reason === 'Failed' ? exit : pod.status?.message?.trim().replace(/\.$/, '')) ??
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
