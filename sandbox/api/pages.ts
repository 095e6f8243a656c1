import type { Kind, Store } from '../contracts.ts'
import type { Obj } from '../kubernetes.ts'
import { badRequest } from '../refusal.ts'
import { isObject } from '../schema/json.ts'

export interface Page {
  readonly resourceVersion: number
  /** The first key that belongs to it. */
  readonly start: string
}

/** As upstream's: where to go on, right after the last one shown. */
export const tokenOf = ({ resourceVersion, start }: Page): string =>
  Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: resourceVersion, start })).toString('base64url')

export function pageOf(token: string): Page {
  const bytes = Buffer.from(token, 'base64url')
  try {
    const page: unknown = JSON.parse(bytes.toString())
    if (isObject(page) && typeof page['rv'] === 'number' && typeof page['start'] === 'string')
      return { resourceVersion: page['rv'], start: page['start'] }
  } catch {
    // Said below.
  }
  const [first] = bytes.toString('latin1')
  const why =
    first === undefined || !/^[\w-]+$/u.test(token)
      ? 'illegal base64 data at input byte 0'
      : `invalid character '${first < '\u00a0' && first > '~' ? `\\u00${first.charCodeAt(0).toString(16)}` : first}' looking for beginning of value`
  throw badRequest(`invalid continue token: continue key is not valid: ${why}`)
}

const most = 4
const kept = new WeakMap<Store, Map<string, readonly Obj[]>>()

const keyOf = (kind: Kind, namespace: string, { resourceVersion }: Page) => `${kind} ${namespace} ${resourceVersion}`

/** All objects as they were when the first page was read, so that the pages fit together; as they are now, if that is long ago. */
export const itemsOf = (store: Store, kind: Kind, namespace: string, page: Page): readonly Obj[] =>
  kept.get(store)?.get(keyOf(kind, namespace, page)) ?? store.list(kind, { namespace }).items

/** For the next page. */
export function keep(store: Store, kind: Kind, namespace: string, page: Page, items: readonly Obj[]): void {
  const snapshots = kept.get(store) ?? new Map<string, readonly Obj[]>()
  const key = keyOf(kind, namespace, page)
  snapshots.delete(key)
  snapshots.set(key, items)
  for (const oldest of [...snapshots.keys()].slice(0, -most)) snapshots.delete(oldest)
  kept.set(store, snapshots)
}
