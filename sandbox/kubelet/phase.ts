import { endOf, isRunning, type Known, type PodState } from './state.ts'

export type Phase = 'Pending' | 'Running' | 'Succeeded' | 'Failed'

/** pkg/kubelet/kubelet_pods.go, getPhase. */
export function phaseOf({ pod, containers, initialized, ending, over }: PodState): Phase {
  if (over !== undefined) return 'Failed'
  const policy = pod.spec?.restartPolicy ?? 'Always'
  const of = (role: Known['role']) => containers.filter((each) => each.role === role)
  const [inits, sidecars, mains] = [of('init'), of('sidecar'), of('main')]
  const unsuccessful = (each: Known) => (endOf(each)?.exitCode ?? 0) !== 0

  if (policy === 'Never' && !initialized && inits.some(unsuccessful)) return 'Failed'
  const unfinished = inits.some((each) => isRunning(each) || endOf(each) === undefined)
  const helperPending = sidecars.some((each) => (isRunning(each) ? !each.started : endOf(each) === undefined))
  if (!initialized && (unfinished || helperPending)) return 'Pending'

  const waiting = [...sidecars, ...mains].some((each) => !isRunning(each) && endOf(each) === undefined)
  if (waiting) return 'Pending'
  if ([...sidecars, ...mains].some(isRunning)) return 'Running'
  const succeeded = mains.every((each) => endOf(each)?.exitCode === 0)
  if (ending) return succeeded ? 'Succeeded' : 'Failed'
  if (policy === 'Always') return 'Running'
  if (succeeded) return 'Succeeded'
  return policy === 'Never' ? 'Failed' : 'Running'
}
