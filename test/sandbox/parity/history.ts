import { isObject, type JsonObject } from '../../../sandbox/schema/json.ts'
import type { WatchEvent } from './asking.ts'

/** What a watch saw of each object while a case was played: the states it passed through, one list for each that bore the name. */
export type Histories = Readonly<Record<string, readonly (readonly string[])[]>>

/**
 * A kubelet does not report every state that it passes through, and how many it leaves out is a matter of luck. What can be held to: all plays on
 * the real cluster passed through `always`, in this order, and so has any other; and no play passes through what none of them `ever` did.
 */
export interface History {
  readonly always: readonly string[]
  readonly ever: readonly string[]
}

/** The kinds whose objects are watched, as paths. */
export const watched = ['api/v1/pods', 'api/v1/persistentvolumeclaims', 'apis/apps/v1/deployments'] as const

/** Listens to watches that began before there was anything. */
export function historian(): {
  readonly see: (event: WatchEvent) => void
  readonly histories: (unwatched?: readonly string[]) => Histories
} {
  const byObject = new Map<string, { readonly name: string; readonly states: string[] }>()
  return {
    see({ type, object }) {
      const { kind, metadata } = object as { kind: string; metadata: { name: string; uid: string } }
      const { name, uid } = metadata
      const kept = byObject.get(uid) ?? { name: `${kind}/${name.replace(random, '-*')}`, states: [] }
      byObject.set(uid, kept)
      const state = type === 'DELETED' ? 'gone' : stateOf(object)
      if (kept.states.at(-1) !== state) kept.states.push(state)
    },
    histories(unwatched = []) {
      const histories: Record<string, (readonly string[])[]> = {}
      for (const { name, states } of byObject.values())
        if (!unwatched.includes(name)) (histories[name] ??= []).push(states)
      return histories
    },
  }
}

const random = /-[a-z0-9]{8,10}-[a-z0-9]{5}$/

interface Condition {
  readonly type: string
  readonly status: string
  readonly reason?: string
}

interface ContainerStatus {
  readonly ready: boolean
  readonly state: Readonly<Record<string, { readonly reason?: string }>>
}

/**
 * Phase, how many are ready, and reasons. Of what is being deleted, that alone: a real kubelet first tells of a container that never ran that it has
 * Failed, ContainerStatusUnknown.
 */
function stateOf({ metadata, status }: JsonObject): string {
  if ((metadata as JsonObject)['deletionTimestamp'] !== undefined) return 'deleting'
  const { phase, reason, conditions, initContainerStatuses, containerStatuses } = (isObject(status) ? status : {}) as {
    phase?: string
    reason?: string
    conditions?: readonly Condition[]
    initContainerStatuses?: readonly ContainerStatus[]
    containerStatuses?: readonly ContainerStatus[]
  }
  const told = (conditions ?? [])
    .filter(({ type }) => type === 'Available' || type === 'Progressing')
    .map((each) => (each.type === 'Available' ? `Available=${each.status}` : (each.reason ?? '')))
  const containers = [...(initContainerStatuses ?? []), ...(containerStatuses ?? [])]
  const reasons = containers.flatMap(({ state }) => Object.values(state).map((each) => each.reason ?? 'Running'))
  const ready =
    containers.length === 0 ? [] : [`${containers.filter((each) => each.ready).length}/${containers.length}`]
  return [phase, reason, ...told.toSorted(), ...ready, ...reasons].filter(Boolean).join(' ')
}

/** What the histories of several plays have in common. */
export function commonHistories(plays: readonly Histories[]): Readonly<Record<string, History>> {
  const names = [...new Set(plays.flatMap((play) => Object.keys(play)))].toSorted()
  return Object.fromEntries(
    names.map((name) => {
      const all = plays.flatMap((play) => play[name] ?? [[]])
      const always = all.reduce((common, states) => commonOf(common, states))
      return [name, { always, ever: [...new Set(all.flat())].toSorted() }]
    }),
  )
}

/** How histories differ from those recorded, one line each. */
export function historiesDiffer(recorded: Readonly<Record<string, History>>, played: Histories): readonly string[] {
  const names = new Set([...Object.keys(recorded), ...Object.keys(played)])
  return [...names].flatMap((name) => {
    const { always, ever } = recorded[name] ?? { always: [], ever: [] }
    const histories = played[name] ?? [[]]
    return histories.flatMap((states) => {
      // What is still going when a case ends may be seen to be gone, or not.
      const wanted = states.at(-1) === 'gone' ? always : always.filter((state) => state !== 'gone')
      const missed = commonOf(wanted, states).length < wanted.length
      const news = states.filter((state) => !ever.includes(state))
      if (!missed && news.length === 0) return []
      const why = missed ? `always: ${always.join(' → ')}` : `never: ${news.join(', ')}`
      return [`the history of ${name}\n  ${why}\n  seen:   ${states.join(' → ')}`]
    })
  })
}

/** The longest sequence that is a part of both, in their order. */
function commonOf(a: readonly string[], b: readonly string[]): readonly string[] {
  let row: (readonly string[])[] = Array.from({ length: b.length + 1 }, () => [])
  for (const state of a) {
    const next: (readonly string[])[] = [[]]
    b.forEach((other, at) => {
      const [left = [], up = [], corner = []] = [next[at], row[at + 1], row[at]]
      next.push(state === other ? [...corner, state] : up.length >= left.length ? up : left)
    })
    row = next
  }
  return row.at(-1) ?? []
}
