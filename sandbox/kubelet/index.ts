import type { Change, KubeletApi, Runtime, World } from '../contracts.ts'
import type { Pod } from '../kubernetes.ts'
import { Addresses } from './addresses.ts'
import { kubeletApi } from './api.ts'
import { Backoff } from './backoff.ts'
import { Exits } from './exits.ts'
import { Images } from './images.ts'
import type { Kubelet } from './kubelet.ts'
import { keepNetwork } from './network.ts'
import { nodeName, register } from './node.ts'
import { PodWorker } from './worker.ts'

/** How often ConfigMaps and Secrets in volumes are looked at again, where nothing else makes the kubelet look. */
const refreshing = 10_000

/** What a Pod may wait for. */
const food: ReadonlySet<string> = new Set(['configmaps', 'secrets', 'persistentvolumeclaims', 'persistentvolumes'])

/** Leads the Pods of the node `sandbox` until the signal fires. */
export function startKubelet(world: World, runtime: Runtime, signal: AbortSignal): KubeletApi {
  const { store, clock } = world
  const images = new Images(clock, () => node.report())
  const node = register(world, images)
  const kubelet: Kubelet = {
    world,
    runtime,
    images,
    addresses: new Addresses(),
    crashes: new Backoff(),
    exits: new Exits(),
  }
  /** By the Pod's UID. */
  const workers = new Map<string, PodWorker>()

  const meet = (pod: Pod) => {
    const { uid, deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata
    // Only finalizers keep it: the kubelet is done with it.
    if (deletionTimestamp !== undefined && deletionGracePeriodSeconds === 0) return
    const worker = new PodWorker(kubelet, pod)
    workers.set(uid, worker)
    // After the change has been told to everybody: it begins with a write.
    void Promise.resolve()
      .then(() => worker.run())
      .finally(() => workers.delete(uid))
  }
  const podChanged = ({ type, object }: Change) => {
    const pod = object as Pod
    const worker = workers.get(pod.metadata.uid)
    if (type === 'DELETED') worker?.updated(undefined)
    else if (worker !== undefined) worker.updated(pod)
    else if (pod.spec?.nodeName === nodeName) meet(pod)
  }
  const changed = (change: Change) => {
    const { kind, namespace } = change.key
    if (kind === 'pods') podChanged(change)
    else if (food.has(kind))
      for (const worker of workers.values())
        if (namespace === '' || worker.state.pod.metadata.namespace === namespace) worker.fed()
  }

  const end = store.onChange(changed)
  for (const pod of store.list<Pod>('pods').items) if (pod.spec?.nodeName === nodeName) meet(pod)
  const stopRefreshing = clock.every(refreshing, () => {
    for (const worker of workers.values()) worker.refresh()
  })
  runtime.onReboot(() => {
    kubelet.exits.lost(clock.now())
    node.rebooted()
    for (const worker of workers.values()) worker.rebooted()
  })
  signal.addEventListener('abort', () => {
    end()
    node.end()
    stopRefreshing()
  })
  keepNetwork(world, runtime, signal)
  void listen(runtime, kubelet.exits)
  return kubeletApi(world, runtime, ({ metadata }) => workers.get(metadata.uid)?.state)
}

async function listen(runtime: Runtime, exits: Exits): Promise<void> {
  for await (const exit of runtime.exits) exits.ended(exit.id, exit)
}
