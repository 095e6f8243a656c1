import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node'
import { cannotStart, type Case, ended } from './exits.ts'
import { containersOf } from './parts.ts'
import { readPullFailure, shortName } from './registry.ts'
import { doubtful, eventsAbout, final, type Finding, type Options, lastClause, type Scene } from './scene.ts'

// Waiting reasons: pkg/kubelet/images/types.go, pkg/kubelet/container/sync_result.go, pkg/kubelet/kuberuntime/kuberuntime_container.go
const waiting: Readonly<Record<string, (told: Case) => Finding | undefined>> = {
  InvalidImageName: ({ subject, image, imageName }) =>
    final(subject, {
      reason: 'InvalidImageName',
      cause: `${image} is not a valid name for an image (InvalidImageName)`,
      remedy: `give another with --image ${imageName}=REF`,
    }),
  ErrImageNeverPull: ({ subject, image, imageName }) =>
    final(subject, {
      reason: 'ErrImageNeverPull',
      cause: `the node does not have the image ${image}, and its pull policy is Never (ErrImageNeverPull)`,
      remedy: `load it into the node, or give another with --image ${imageName}=REF`,
    }),
  ErrImagePull: pull,
  ImagePullBackOff: pull,
  RegistryUnavailable: pull,
  ImageInspectError: pull,
  CreateContainerConfigError: configuration,
  CreateContainerError: cannotStart,
  RunContainerError: cannotStart,
  PostStartHookError: cannotStart,
  CrashLoopBackOff: ended,
}

/** What stands between a Pod's containers and running, by their present states. */
export function diagnoseContainers(pod: V1Pod, scene: Scene, options: Options): readonly Finding[] {
  const subject = `pod/${pod.metadata?.name}`
  const found = containersOf(pod).flatMap(({ status, image }) => {
    const { waiting: held, terminated } = status?.state ?? {}
    if (status === undefined || (held === undefined && terminated === undefined)) return []
    const imageName = options.imageNames?.get(image) ?? shortName(image)
    const told = {
      ...options,
      pod,
      scene,
      status,
      subject,
      image,
      imageName,
      message: held?.message ?? terminated?.message ?? '',
    }
    if (held) return [waiting[held.reason ?? '']?.(told)]
    return isOver(pod, status) ? [] : [ended(told)]
  })
  return found.filter((finding) => finding !== undefined)
}

/** It has ended and will not be started again: an init container that is done, a Pod that runs once. */
function isOver({ spec }: V1Pod, { name, state }: V1ContainerStatus): boolean {
  const init = spec?.initContainers?.find((container) => container.name === name)
  const policy = init?.restartPolicy ?? spec?.restartPolicy ?? 'Always'
  const succeeded = state?.terminated?.exitCode === 0
  if (init && init.restartPolicy !== 'Always') return succeeded || policy === 'Never'
  return policy === 'Never' || (policy === 'OnFailure' && succeeded)
}

// While it backs off the container's own message may say no more than that; the events still have the registry's answer.
function pull({ pod, scene, subject, image, imageName, message }: Case): Finding {
  const inEvents = eventsAbout(scene, pod.metadata, 'Failed').find((event) =>
    event.message?.startsWith(`Failed to pull image "${image}"`),
  )
  const words = /^Back-off pulling image "[^"]*"$/.test(message) || message === '' ? inEvents?.message : message
  const { severity, cause, remedy } = readPullFailure(image, words ?? '', imageName)
  return { ...doubtful(subject, { reason: 'ErrImagePull', cause: `${cause} (ErrImagePull)`, remedy }), severity }
}

function configuration({ subject, status, message, image, imageName }: Case): Finding {
  const reason = 'CreateContainerConfigError'
  if (/runAsNonRoot|non-root policy/.test(message)) {
    const user = message.includes('non-numeric') ? 'by a name that the node cannot check' : 'as root'
    const cause = `the image ${image} runs ${user}, and this Pod may not (runAsNonRoot)`
    return final(subject, {
      reason,
      cause,
      remedy: `give one that runs as a user by number with --image ${imageName}=REF`,
    })
  }
  const [, kind = '', name = ''] = /^(configmap|secret) "([^"]+)" not found/.exec(message) ?? []
  const [, key, where = '', object = ''] =
    /couldn't find key (\S+) in (ConfigMap|Secret) [^/]*\/(\S+)/.exec(message) ?? []
  if (key !== undefined) {
    const cause = `the ${where} ${object} has no key ${key} (${reason})`
    return doubtful(subject, { reason, cause, remedy: `look at kubectl get ${where.toLowerCase()} ${object} -o yaml` })
  }
  if (name !== '') {
    const cause = `there is no ${kind === 'secret' ? 'Secret' : 'ConfigMap'} ${name} for its environment (${reason})`
    return doubtful(subject, { reason, cause, remedy: `look at kubectl get ${kind}s` })
  }
  const cause = `container ${status.name} cannot be set up: ${lastClause(message)} (${reason})`
  return doubtful(subject, { reason, cause, remedy: `look at kubectl describe ${subject}` })
}
