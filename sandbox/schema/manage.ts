import type { Obj } from '../kubernetes.ts'
import { apiVersionOf } from '../facts/names.ts'
import { canonical } from './check.ts'
import { withDefaults } from './defaults.ts'
import { isObject, type JsonObject } from './json.ts'
import { isSame, losing, type Manager, managersOf, ownable, withManagers } from './managers.ts'
import { differences, isEmpty, union } from './ownership.ts'
import { timestamp } from './scalars.ts'
import { type GroupVersionKind, typeOf } from './types.ts'

export interface Managing {
  readonly gvk: GroupVersionKind
  /** What is stored; absent on create. */
  readonly live?: object | undefined
  readonly next: object
  readonly manager: string
  /** Milliseconds since 1970. */
  readonly now: number
  readonly subresource?: string | undefined
}

/** The name that owns what a request sets: its fieldManager, or its User-Agent up to the first slash. */
export const managerOf = (fieldManager: string | null, userAgent: string): string =>
  fieldManager !== null && fieldManager !== ''
    ? fieldManager
    : (userAgent.split('/')[0] ?? '').slice(0, 128) || 'unknown'

/** With managedFields as a create, an update or a plain patch leaves them. k8s.io/apimachinery/pkg/util/managedfields. */
export function manage({ gvk, live, next, manager, now, subresource = '' }: Managing): Obj {
  const type = typeOf(gvk)
  if (type === undefined) return next as Obj
  const before = live === undefined ? canonical(gvk, {}) : live
  const after = withDefaults(gvk, next)
  // Metadata is always there, even with nothing in it that could be owned.
  const inPlace = (object: object) => ({
    ...(subresource !== 'status' && { metadata: {} }),
    ...ownable(object, subresource),
  })
  const { set, gone } = differences(type, inPlace(before), inPlace(after))
  const known = startingFrom(live, next)
  // Whoever forgot its managers is managed no more until somebody applies.
  if (live !== undefined && known.length === 0) return withManagers(next as JsonObject, []) as unknown as Obj
  const self = { name: manager, operation: 'Update', apiVersion: apiVersionOf(gvk), subresource }
  const managers = losing(losing(known, set), gone)
  if (isEmpty(set)) return withManagers(next as JsonObject, managers) as unknown as Obj
  const own = managers.find((other) => isSame(other, self))
  const updated: Manager = { ...self, time: timestamp(now), owned: own === undefined ? set : union(own.owned, set) }
  return withManagers(next as JsonObject, [...managers.filter((other) => other !== own), updated]) as unknown as Obj
}

// A client may replace managedFields; one that leaves them out changes nothing, and an empty list forgets them.
function startingFrom(live: object | undefined, next: object): readonly Manager[] {
  const { metadata } = next as { metadata?: JsonObject }
  const given = isObject(metadata) && metadata['managedFields'] !== undefined && metadata['managedFields'] !== null
  return live === undefined ? [] : managersOf(given ? next : live)
}
