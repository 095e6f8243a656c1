import type { V1ContainerState, V1ContainerStatus, V1Pod } from '@kubernetes/client-node'
import { doubtful, eventsAbout, type Finding, lastClause, normal, type Options, type Scene } from './scene.ts'

/** A container that does not run, and what is to be known about it. */
export interface Case extends Options {
  readonly pod: V1Pod
  readonly scene: Scene
  readonly status: V1ContainerStatus
  readonly subject: string
  readonly image: string
  readonly imageName: string
  readonly message: string
}

export function cannotStart({ subject, status, message }: Case): Finding {
  const command = /exec: "([^"]+)": (?:executable file not found|stat [^:]+: no such file)/.exec(message)?.[1]
  const reason = 'RunContainerError'
  const problem =
    command === undefined ? `cannot be started: ${lastClause(message)}` : `has no command ${command} in its image`
  return doubtful(subject, {
    reason,
    cause: `container ${status.name} ${problem} (${reason})`,
    remedy: `look at kubectl describe ${subject}`,
  })
}

/** The first two exits are normal: a container may come before what it needs. */
export function ended(told: Case): Finding {
  const { pod, subject, status, scene, causedExits } = told
  const exit = status.state?.terminated ?? status.lastState?.terminated
  if (exit?.reason === 'StartError' || exit?.reason === 'ContainerCannotRun')
    return cannotStart({ ...told, message: exit.message ?? '' })
  const exits = status.restartCount + 1 - (causedExits?.get(`${pod.metadata?.name}/${status.name}`) ?? 0)
  const killed = eventsAbout(scene, pod.metadata, 'Killing').find(({ message = '' }) =>
    message.startsWith(`Container ${status.name} failed `),
  )
  const probe = /failed (\w+ probe), will be restarted/.exec(killed?.message ?? '')?.[1]
  const reason = exit?.reason === 'OOMKilled' ? 'OOMKilled' : 'CrashLoopBackOff'
  const clause = probe === undefined ? exitClause(exit) : `is restarted because its ${probe} fails`
  const remedy = `look at kubectl logs ${pod.metadata?.name} -c ${status.name} --previous`
  const finding = { reason, cause: `container ${status.name} ${clause} (${reason})`, remedy }
  return exits >= 3 ? doubtful(subject, finding) : normal(subject, finding)
}

/** How a container ended, as a verb: "exited with code 3". */
export function exitClause(exit: V1ContainerState['terminated']): string {
  if (exit?.reason === 'OOMKilled') return 'needed more memory than its limit'
  return exit === undefined ? 'ends again and again' : `exited with code ${exit.exitCode}`
}
