import type { Kubelet } from './kubelet.ts'
import { nodeAddress } from './node.ts'
import { hostnameOf, hostsFile, resolvConf } from './pod-network.ts'
import type { PodState } from './state.ts'

/** Gives a Pod its address and its network. */
export async function openSandbox({ runtime, addresses }: Kubelet, state: PodState): Promise<void> {
  const { pod } = state
  const ip = state.ip ?? (pod.spec?.hostNetwork === true ? nodeAddress : addresses.take())
  if (ip === undefined)
    throw new Error(
      'failed to setup network for sandbox: no IP addresses available in range set: 10.244.0.1-10.244.0.254',
    )
  const { uid, name, namespace = '' } = pod.metadata
  const { runAsUser, runAsGroup } = pod.spec?.securityContext ?? {}
  await runtime.openPod({
    pod: uid,
    name,
    namespace,
    ip,
    hostname: hostnameOf(pod),
    hosts: hostsFile(pod, ip),
    resolvConf: resolvConf(pod),
    shareProcessNamespace: pod.spec?.shareProcessNamespace === true,
    ...(runAsUser === undefined ? {} : { user: runAsUser }),
    ...(runAsGroup === undefined ? {} : { group: runAsGroup }),
  })
  Object.assign(state, { ip, open: true })
}

export async function closeSandbox({ runtime, addresses }: Kubelet, state: PodState): Promise<void> {
  if (!state.open) return
  await runtime.closePod(state.pod.metadata.uid)
  state.open = false
  if (state.ip !== undefined && state.ip !== nodeAddress) addresses.release(state.ip)
}

/** What the node did not keep when it went down. */
export function lostSandbox(state: PodState): void {
  for (const known of state.containers) Object.assign(known, { id: undefined, previous: undefined, retryAt: 0 })
  state.open = false
  if (state.pod.spec?.restartPolicy === 'Never') return
  // All over again, init containers too.
  const inits = state.containers.filter(({ role }) => role === 'init')
  state.initialized = (state.pod.spec?.initContainers ?? []).length === 0
  for (const known of inits)
    if (known.state?.type === 'terminated') Object.assign(known, { last: known.state.ended, state: undefined })
}
