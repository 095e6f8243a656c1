import type { Clock } from '../clock.ts'
import type { Key, Store, Told, World } from '../contracts.ts'
import type { Event, Obj } from '../kubernetes.ts'
import { Refusal } from '../refusal.ts'
import { timestamp } from './time.ts'

/** How many client-go remembers. */
const remembered = 4096
/** So many messages of one kind within ten minutes become one event. */
const similar = 10
const similarFor = 600_000

/** k8s.io/client-go/tools/record, and for the scheduler k8s.io/client-go/tools/events. */
export function recorder(store: Store, clock: Clock): World['record'] {
  const events = new Recent<Key>()
  const messages = new Recent<{ readonly seen: Set<string>; last: number }>()
  let lastName = 0n

  const nameFor = (name: string) => {
    const nanoseconds = BigInt(Math.trunc(clock.now())) * 1_000_000n
    lastName = nanoseconds > lastName ? nanoseconds : lastName + 1n
    return `${name}.${lastName.toString(16)}`
  }

  /** Whether so many have been alike that only one is kept of them from here on. */
  const combined = (group: string, message: string): boolean => {
    const known = messages.get(group)
    const fresh = known !== undefined && clock.now() - known.last <= similarFor
    const entry = fresh ? known : { seen: new Set<string>(), last: 0 }
    entry.last = clock.now()
    if (entry.seen.size < similar) entry.seen.add(message)
    messages.set(group, entry)
    return entry.seen.size >= similar
  }

  const write = (about: Obj, told: Told): void => {
    const involvedObject = referenceTo(about, told)
    const { type, reason, component, host = '' } = told
    const source = [component, host, involvedObject.kind, involvedObject.namespace, involvedObject.name]
    const object = [...source, involvedObject.uid, involvedObject.apiVersion]
    if (isSeries(told)) {
      const id = JSON.stringify([...object, type, reason, involvedObject.resourceVersion])
      return counted(id, involvedObject, (old) => seriesEvent(told, involvedObject, clock.now(), old))
    }
    const alike = combined(JSON.stringify([...object, type, reason]), told.message)
    const message = alike ? `(combined from similar events): ${told.message}` : told.message
    const id = JSON.stringify([...object, involvedObject.fieldPath, type, reason, alike ? '' : message])
    counted(id, involvedObject, (old) => {
      const event = countedEvent({ ...told, message }, involvedObject, clock.now(), old)
      // Upstream forgets who reports what it has combined.
      return alike ? { ...event, reportingComponent: '', reportingInstance: '' } : event
    })
  }

  /** The event that tells this already, once more; else a new one. */
  const counted = (id: string, about: Reference, change: (old: Event | undefined) => Partial<Event>): void => {
    const known = events.get(id)
    const { name = '', namespace = 'default' } = about
    const key =
      known !== undefined && store.get(known) !== undefined ? known : { kind: 'events', namespace, name: nameFor(name) }
    store.write<Event>(key, change)
    events.set(id, key)
  }

  return (about, told) => {
    try {
      write(about, told)
    } catch (error) {
      // Nobody waits for an event: where it is refused, as in a namespace that is ending, it is lost.
      if (!(error instanceof Refusal)) throw error
    }
  }
}

type Reference = Event['involvedObject']

const isSeries = ({ component }: Told) => component === 'default-scheduler'

function referenceTo({ apiVersion, kind, metadata }: Obj, { component, fieldPath }: Told): Reference {
  const { name, namespace, uid, resourceVersion } = metadata
  // The kubelet knows its node by name only.
  if (kind === 'Node' && component === 'kubelet') return { kind, name, uid: name }
  if (component === 'taint-eviction-controller')
    return { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) }
  return {
    apiVersion,
    kind,
    name,
    uid,
    resourceVersion,
    ...(namespace === undefined ? {} : { namespace }),
    ...(fieldPath === undefined ? {} : { fieldPath }),
  }
}

function countedEvent(told: Told, involvedObject: Reference, at: number, old?: Event): Partial<Event> {
  const { type, reason, message, component, host } = told
  const lastTimestamp = timestamp(at)
  if (old !== undefined) return { ...old, message, count: (old.count ?? 1) + 1, lastTimestamp }
  return {
    involvedObject,
    type,
    reason,
    message,
    source: { component, ...(host === undefined ? {} : { host }) },
    reportingComponent: component,
    reportingInstance: host ?? '',
    count: 1,
    firstTimestamp: lastTimestamp,
    lastTimestamp,
  }
}

/** The same message again and again is a series; its first message stays. */
function seriesEvent(told: Told, involvedObject: Reference, at: number, old?: Event): Partial<Event> {
  const { type, reason, message, component, host } = told
  const micro = new Date(at).toISOString().replace('Z', '000Z')
  // From the third on it is counted in memory, and written too seldom to be seen.
  if (old !== undefined)
    return old.series === undefined ? { ...old, series: { count: 2, lastObservedTime: micro } } : old
  return {
    involvedObject,
    type,
    reason,
    message,
    action: reason === 'Scheduled' ? 'Binding' : 'Scheduling',
    source: {},
    reportingComponent: component,
    reportingInstance: `${component}-${host ?? 'sandbox'}`,
    eventTime: micro,
  }
}

/** A map that forgets what has not been set for longest. */
class Recent<T> {
  readonly #entries = new Map<string, T>()

  get(id: string): T | undefined {
    return this.#entries.get(id)
  }

  set(id: string, value: T): void {
    this.#entries.delete(id)
    this.#entries.set(id, value)
    const [oldest] = this.#entries.keys()
    if (this.#entries.size > remembered && oldest !== undefined) this.#entries.delete(oldest)
  }
}
