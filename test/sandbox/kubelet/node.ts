import { SteppedClock } from '../../../sandbox/clock.ts'
import type { World } from '../../../sandbox/contracts.ts'
import { kinds } from '../../../sandbox/kinds/index.ts'
import { startKubelet } from '../../../sandbox/kubelet/index.ts'
import type { Event, Pod } from '../../../sandbox/kubernetes.ts'
import { remove } from '../../../sandbox/store/deletion.ts'
import { recorder } from '../../../sandbox/store/recorder.ts'
import { seed } from '../../../sandbox/store/seed.ts'
import { MemoryStore } from '../../../sandbox/store/store.ts'
import { FakeRuntime } from './runtime.ts'

type Spec = Readonly<Record<string, unknown>>

const namespace = 'default'

/** A kubelet with a fake runtime, on a clock that is stepped; its Pods come with their node already chosen. */
export async function node() {
  const clock = new SteppedClock()
  const store = new MemoryStore(kinds, clock)
  seed(store, clock)
  const disks: string[] = []
  const world: World = {
    store,
    clock,
    disks: { make: async (path) => void disks.push(path), remove: async () => {} },
    record: recorder(store, clock),
  }
  const runtime = new FakeRuntime(() => clock.now())
  const ending = new AbortController()
  const write = (kind: string, name: string, object: object) =>
    store.write({ kind, namespace, name }, (old) => ({ ...old, ...object }))
  write('serviceaccounts', 'default', {})
  write('configmaps', 'kube-root-ca.crt', { data: { 'ca.crt': 'authority' } })
  const kubelet = startKubelet(world, runtime, ending.signal)
  /** Every status that a Pod went through: phase and what its containers are at. */
  const seen: string[] = []
  const told: Event[] = []
  store.onChange(({ type, object, key }) => {
    if (key.kind === 'events' && type === 'ADDED') told.push(object as Event)
    if (key.kind === 'pods') seen.push(type === 'DELETED' ? 'DELETED' : summary(object))
  })
  await clock.step(0)

  const key = (name: string) => ({ kind: 'pods', namespace, name })
  const found = (name: string) => store.get<Pod>(key(name))
  const pod = (name: string): Pod => {
    const object = found(name)
    if (object === undefined) throw new Error(`no pod ${name}`)
    return object
  }
  return {
    clock,
    store,
    runtime,
    kubelet,
    seen,
    write,
    disks,
    pod,
    found,
    /** A Pod of one container `app`, or what the spec says instead; looked at after the image has come. */
    run: async (name: string, spec: Spec = {}, container: Spec = {}): Promise<Pod> => {
      const app = { name: 'app', image: 'busybox:1.36', command: ['sleep', '1000'], ...container }
      write('pods', name, { metadata: { name }, spec: { nodeName: 'sandbox', containers: [app], ...spec } })
      await clock.step(500)
      return pod(name)
    },
    status: (name: string) => summary(pod(name)),
    container: (name: string, container = 'app') => {
      const { initContainerStatuses = [], containerStatuses = [] } = pod(name).status ?? {}
      const status = [...initContainerStatuses, ...containerStatuses].find((each) => each.name === container)
      if (status === undefined) throw new Error(`no status of ${container}`)
      return status
    },
    condition: (name: string, type: string) => pod(name).status?.conditions?.find((each) => each.type === type),
    /** "Reason: message", once for each event, in order. */
    events: (name: string) =>
      told
        .filter(({ involvedObject }) => involvedObject.name === name)
        .map(({ metadata }) => store.get<Event>({ kind: 'events', namespace, name: metadata.name }))
        .map((event) => `${event?.count}x ${event?.reason}: ${event?.message}`),
    remove: (name: string, gracePeriodSeconds?: number) => remove(store, key(name), { gracePeriodSeconds }, clock),
    logs: async (name: string, container = 'app', query = {}): Promise<string> => {
      let text = ''
      for await (const data of await kubelet.logs(pod(name), container, query, ending.signal))
        text += Buffer.from(data).toString()
      return text
    },
  }
}

/** "Running: app=running" */
function summary({ status, metadata }: Pod): string {
  const { phase, initContainerStatuses = [], containerStatuses = [] } = status ?? {}
  const containers = [...initContainerStatuses, ...containerStatuses].map(({ name, state, ready }) => {
    const what = state?.running ? 'running' : (state?.terminated?.reason ?? state?.waiting?.reason ?? 'nothing')
    return `${name}=${what}${ready ? '+' : ''}`
  })
  return [`${phase}${metadata.deletionTimestamp === undefined ? '' : ' leaving'}:`, ...containers].join(' ')
}
