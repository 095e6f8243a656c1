import { othersLabelled } from '../cluster/ownership/foreign.ts'
import { Problem, exit } from '../cluster/problem.ts'
import type { Setting } from './setting.ts'
import { isOurs } from './setting.ts'

const kinds: Readonly<Record<string, { readonly apiVersion: string; readonly kind: string }>> = {
  pod: { apiVersion: 'v1', kind: 'Pod' },
  pvc: { apiVersion: 'v1', kind: 'PersistentVolumeClaim' },
}

/**
 * In somebody's namespace a lesson's `kubectl delete KIND -l LABEL` must meet none but its own objects. They were looked for before the lesson
 * began; this looks again, just before the command runs.
 */
export async function verifyDeletesNoOthers(setting: Setting, command: string): Promise<void> {
  const { api, namespace } = setting
  if (setting.own) return
  const [, resource = '', labels = ''] = /^kubectl delete (\S+) .*-l (\S+)/.exec(command) ?? []
  if (labels === '') return
  const kind = kinds[resource]
  if (kind === undefined)
    throw new Problem(
      exit.failed,
      `${command} deletes by a label, and the tour does not know whose ${resource} those are.`,
    )
  const others = await othersLabelled(api, namespace, kind, labels, (object) => isOurs(setting, object))
  if (others.length > 0)
    throw new Problem(
      exit.failed,
      `${others.join(', ')} in ${namespace} got the label ${labels} meanwhile, and is not the lesson's.`,
      'take the label off, then kubectl tour clean',
    )
}
