import { randomUUID } from 'node:crypto'
import type { World } from '../contracts.ts'
import type { Lease, Node } from '../kubernetes.ts'
import { timestamp } from '../store/time.ts'
import { version } from '../version.ts'
import type { Images } from './images.ts'

export const nodeName = 'sandbox'
export const nodeAddress = '172.18.0.2'

const key = { kind: 'nodes', namespace: '', name: nodeName }

const room = {
  cpu: '4',
  'ephemeral-storage': '64Gi',
  'hugepages-1Gi': '0',
  'hugepages-2Mi': '0',
  memory: '8Gi',
  pods: '110',
}

/** Registers the node and says again and again that it is there: the status every 5 min, the lease every 10 s. */
export function register(
  world: World,
  images: Pick<Images, 'list'>,
): { readonly report: () => void; readonly rebooted: () => void; readonly end: () => void } {
  const { store, clock } = world
  let boot = randomUUID()
  const since = timestamp(clock.now())
  const machine = randomUUID().replaceAll('-', '')

  const report = () =>
    store.write<Node>(key, (old) => {
      const { labels, annotations } = old?.metadata ?? {}
      return {
        ...old,
        metadata: {
          ...old?.metadata,
          name: nodeName,
          labels: { ...ownLabels, ...labels },
          annotations: { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true', ...annotations },
        } as Node['metadata'],
        spec: old?.spec ?? {},
        status: {
          ...old?.status,
          addresses: [
            { type: 'InternalIP', address: nodeAddress },
            { type: 'Hostname', address: nodeName },
          ],
          capacity: room,
          allocatable: room,
          conditions: conditions(since, timestamp(clock.now())),
          ...(images.list.length === 0 ? {} : { images: images.list }),
          daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
          nodeInfo: {
            architecture: 'amd64',
            bootID: boot,
            containerRuntimeVersion: `simulated://${version.slice(1)}`,
            kernelVersion: '6.12.0-sandbox',
            kubeProxyVersion: '',
            kubeletVersion: version,
            machineID: machine,
            operatingSystem: 'linux',
            osImage: 'Simulated (kubectl tour sandbox)',
            systemUUID: machine,
          },
        },
      }
    })

  const renew = () =>
    store.write<Lease>({ kind: 'leases.coordination.k8s.io', namespace: 'kube-node-lease', name: nodeName }, (old) => ({
      ...old,
      metadata: {
        ...old?.metadata,
        name: nodeName,
        ownerReferences: [
          { apiVersion: 'v1', kind: 'Node', name: nodeName, uid: store.get<Node>(key)?.metadata.uid ?? '' },
        ],
      } as Lease['metadata'],
      spec: {
        holderIdentity: nodeName,
        leaseDurationSeconds: 40,
        renewTime: new Date(clock.now()).toISOString().replace('Z', '000Z'),
      },
    }))

  const beat = (work: () => unknown) => () => {
    try {
      work()
    } catch {
      // Refused (the database is full, the namespace is gone): the next beat tries again.
    }
  }
  const tell = (type: 'Normal' | 'Warning', reason: string, message: string) =>
    world.record(report(), { type, reason, message, component: 'kubelet', host: nodeName })
  tell('Normal', 'Starting', 'Starting kubelet.')
  for (const state of ['NodeHasSufficientMemory', 'NodeHasNoDiskPressure', 'NodeHasSufficientPID'])
    tell('Normal', state, `Node ${nodeName} status is now: ${state}`)
  tell('Normal', 'NodeAllocatableEnforced', 'Updated Node Allocatable limit across pods')
  tell('Normal', 'NodeReady', `Node ${nodeName} status is now: NodeReady`)
  beat(renew)()
  const beats = [clock.every(10_000, beat(renew)), clock.every(300_000, beat(report))]
  return {
    report: beat(report),
    rebooted: () => {
      boot = randomUUID()
      tell('Warning', 'Rebooted', `Node ${nodeName} has been rebooted, boot id: ${boot}`)
    },
    end: () => {
      for (const stop of beats) stop()
    },
  }
}

const ownLabels = {
  'beta.kubernetes.io/arch': 'amd64',
  'beta.kubernetes.io/os': 'linux',
  'kubernetes.io/arch': 'amd64',
  'kubernetes.io/hostname': nodeName,
  'kubernetes.io/os': 'linux',
}

const conditions = (since: string, now: string) =>
  (
    [
      ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
      ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
      ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
      ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
    ] as const
  ).map(([type, status, reason, message]) => ({
    type,
    status,
    reason,
    message,
    lastHeartbeatTime: now,
    lastTransitionTime: since,
  }))
