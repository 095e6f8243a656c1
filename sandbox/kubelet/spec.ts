import type { ContainerSpec, VolumeMount } from '../contracts.ts'
import type { Pod } from '../kubernetes.ts'
import type { ImageConfig } from '../programs/image.ts'
import { envOf } from './env.ts'
import { expand } from './expansion.ts'
import { CannotStart } from './failures.ts'
import { formatPod, type Kubelet } from './kubelet.ts'
import { hostnameOf } from './pod-network.ts'
import type { Container } from './state.ts'
import { volumeId } from './volumes.ts'

/** What the runtime is asked to start. Throws a CannotStart where the container's configuration is at fault. */
export function containerSpec(
  { world }: Kubelet,
  pod: Pod,
  container: Container,
  image: ImageConfig,
  ip: string,
): ContainerSpec {
  const { name, tty = false, stdin = false, stdinOnce = false, workingDir } = container
  refuseRoot(pod, container, image)
  const own = envOf(world.store, pod, container, ip)
  const { user, group, groups } = identityOf(pod, container)
  return {
    pod: pod.metadata.uid,
    name,
    image: image.reference,
    argv: argvOf(container, image, own),
    env: Object.fromEntries([...Object.entries(image.env), ['HOSTNAME', hostnameOf(pod)], ...own]),
    ...(workingDir ? { workingDir } : {}),
    ...(user === undefined ? {} : { user }),
    ...(group === undefined ? {} : { group }),
    groups,
    readOnlyRoot: container.securityContext?.readOnlyRootFilesystem === true,
    tty,
    stdin,
    stdinOnce,
    ...(container.terminationMessagePath ? { terminationLog: container.terminationMessagePath } : {}),
    mounts: (container.volumeMounts ?? []).map((mount): VolumeMount => {
      const subPath = mount.subPathExpr ? expand(mount.subPathExpr, own) : mount.subPath
      return {
        volume: volumeId(pod, mount.name),
        path: mount.mountPath,
        ...(subPath ? { subPath } : {}),
        readOnly: mount.readOnly === true,
      }
    }),
  }
}

/** A command of its own replaces the image's entrypoint and command, arguments only the command. */
function argvOf({ command = [], args = [] }: Container, image: ImageConfig, env: ReadonlyMap<string, string>) {
  const own = (words: readonly string[]) => words.map((word) => expand(word, env))
  if (command.length > 0) return [...own(command), ...own(args)]
  return [...image.entrypoint, ...(args.length > 0 ? own(args) : image.command)]
}

function identityOf({ spec }: Pod, { securityContext: own }: Container) {
  const shared = spec?.securityContext
  return {
    user: own?.runAsUser ?? shared?.runAsUser,
    group: own?.runAsGroup ?? shared?.runAsGroup,
    groups: [...(shared?.fsGroup === undefined ? [] : [shared.fsGroup]), ...(shared?.supplementalGroups ?? [])],
  }
}

/** pkg/kubelet/kuberuntime/security_context.go, verifyRunAsNonRoot. */
function refuseRoot(pod: Pod, container: Container, image: ImageConfig): void {
  const shared = pod.spec?.securityContext
  if ((container.securityContext?.runAsNonRoot ?? shared?.runAsNonRoot) !== true) return
  const { user } = identityOf(pod, container)
  const about = `(pod: "${formatPod(pod)}", container: ${container.name})`
  const refuse = (why: string) => new CannotStart('CreateContainerConfigError', `container${why} ${about}`)
  if (user === 0) throw refuse("'s runAsUser breaks non-root policy")
  if (user !== undefined) return
  const [named = ''] = image.user.split(':')
  if (named === '' || named === '0') throw refuse(' has runAsNonRoot and image will run as root')
  if (!/^\d+$/.test(named))
    throw refuse(` has runAsNonRoot and image has non-numeric user (${named}), cannot verify user is non-root`)
}
