import type { Id, KubeletApi, LogQuery, Runtime, World } from '../contracts.ts'
import type { Pod } from '../kubernetes.ts'
import { badRequest, Refusal } from '../refusal.ts'
import { messageOf } from './kubelet.ts'
import { logBytes } from './logs.ts'
import { containersOf, isRunning, type Known, type PodState } from './state.ts'

/** What the API server's log and streams ask for: pkg/kubelet/kubelet_pods.go and pkg/registry/core/pod/strategy.go. */
export function kubeletApi({ clock }: World, runtime: Runtime, find: (pod: Pod) => PodState | undefined): KubeletApi {
  const running = (pod: Pod, container: string, verb: string, absent: string): Id => {
    refuseUnlessKnown(pod, container)
    refuseUnlessHosted(pod)
    const { phase = '' } = pod.status ?? {}
    if (phase === 'Succeeded' || phase === 'Failed')
      throw badRequest(`cannot ${verb} a container in a completed pod; current phase is ${phase}`)
    const known = find(pod)?.containers.find(({ name }) => name === container)
    if (known === undefined || !isRunning(known)) throw noUpgrade(absent)
    return known.state.id
  }
  return {
    logs: async (pod, container, query, signal) => {
      refuseUnlessKnown(pod, container)
      if (!pod.spec?.nodeName) return nothing()
      const known = find(pod)?.containers.find(({ name }) => name === container)
      const id = loggedBy(pod, container, known, query)
      return id === undefined ? nothing() : logBytes(runtime, clock, id, query, signal)
    },
    exec: async (pod, container, query) =>
      runtime.exec(running(pod, container, 'exec into', `container not found ("${container}")`), query),
    attach: async (pod, container, query) => {
      const { name, namespace } = pod.metadata
      return runtime.attach(
        running(pod, container, 'attach', `container ${container} not found in pod ${name}_${namespace}`),
        query,
      )
    },
    dial: (ip, port) => runtime.connect(ip, port),
    forward: async (pod, port) => {
      refuseUnlessHosted(pod)
      const state = find(pod)
      if (state?.open !== true) throw noUpgrade(`pod ${pod.metadata.name} is not running`)
      try {
        return await runtime.connect('127.0.0.1', port, pod.metadata.uid)
      } catch (error) {
        throw new Error(forwardWords(messageOf(error), pod, port), { cause: error })
      }
    },
  }
}

const noUpgrade = (why: string) =>
  new Refusal(500, 'InternalError', `Internal error occurred: unable to upgrade connection: ${why}`)

/** containerd's words: pkg/cri/sbserver/sandbox_portforward_linux.go. */
function forwardWords(why: string, { metadata: { uid } }: Pod, port: number): string {
  const id = uid.replaceAll('-', '')
  const netns = `/var/run/netns/cni-${uid}`
  const dial = why.startsWith('dial') ? why.replace('tcp ', 'tcp4 ') : `dial tcp4 127.0.0.1:${port}: connect: ${why}`
  return `error forwarding port ${port} to pod ${id}, uid : failed to execute portforward in network namespace "${netns}": failed to connect to localhost:${port} inside namespace "${id}", IPv4: ${dial} IPv6 dial tcp6: address localhost: no suitable address found `
}

function refuseUnlessHosted({ metadata, spec }: Pod): void {
  if (!spec?.nodeName) throw badRequest(`pod ${metadata.name} does not have a host assigned`)
}

function refuseUnlessKnown(pod: Pod, container: string): void {
  if (!containersOf(pod).some(({ name }) => name === container))
    throw badRequest(`container ${container} is not valid for pod ${pod.metadata.name}`)
}

async function* nothing(): AsyncIterable<Uint8Array> {}

/** Which run's log is meant, undefined: one that never wrote any. validateContainerLogStatus. */
function loggedBy(
  pod: Pod,
  container: string,
  known: Known | undefined,
  { previous = false }: LogQuery,
): Id | undefined {
  const about = `container "${container}" in pod "${pod.metadata.name}"`
  const waiting = known?.state?.type === 'waiting'
  if (previous) {
    // While it waits to be started again, the newest one is the previous one.
    const id = waiting ? known.id : known?.previous
    if (known?.last === undefined) throw badRequest(`previous terminated ${about} not found`)
    return id
  }
  if (known?.id !== undefined) return known.id
  const initializing = (pod.spec?.initContainers ?? []).length > 0
  const reason =
    known?.state?.type === 'waiting' ? known.state.reason : initializing ? 'PodInitializing' : 'ContainerCreating'
  if (known?.last !== undefined) return undefined
  const why =
    reason === 'ErrImagePull'
      ? "image can't be pulled"
      : reason === 'ImagePullBackOff'
        ? 'trying and failing to pull image'
        : reason
  throw badRequest(`${about} is waiting to start: ${why}`)
}
