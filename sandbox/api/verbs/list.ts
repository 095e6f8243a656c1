import type { Obj } from '../../kubernetes.ts'
import { badRequest, invalid, Refusal } from '../../refusal.ts'
import type { Answer, Call } from '../call.ts'
import { itemsOf, keep, pageOf, tokenOf } from '../pages.ts'
import { selectionOf } from '../selection.ts'

export function list({ context, kind, file, namespace, query }: Call): Answer {
  refuseForbidden(query)
  const version = versionOf(query, context.store.resourceVersion)
  const selection = selectionOf(file, namespace, query)
  const limit = limitOf(query)
  const next = query.get('continue') ?? ''
  // As the watch cache does, from which "any version" is answered: all of it.
  if (next === '' && (limit === 0 || version === 0)) {
    const { items, resourceVersion } = context.store.list(kind, selection)
    return { code: 200, items, metadata: { resourceVersion: String(resourceVersion) } }
  }

  const page = next === '' ? { resourceVersion: context.store.resourceVersion, start: '' } : pageOf(next)
  const { resourceVersion, start } = page
  const placeOf = ({ metadata }: Obj) =>
    `/${namespace === '' && metadata.namespace !== undefined ? `${metadata.namespace}/` : ''}${metadata.name}`
  const all = itemsOf(context.store, kind, namespace, page)
  const rest = all.filter((item) => placeOf(item) >= start)
  const selected = rest.filter((item) => selection.matches?.(item) !== false)
  const items = limit === 0 ? selected : selected.slice(0, limit)
  const last = items.at(-1)
  // Whether others are selected is not looked at before they are asked for.
  const remaining = last === undefined ? 0 : rest.length - rest.indexOf(last) - 1
  if (remaining === 0 || last === undefined || items.length < limit || limit === 0)
    return { code: 200, items, metadata: { resourceVersion: String(resourceVersion) } }
  keep(context.store, kind, namespace, page, all)
  const unselected = !query.get('labelSelector') && !query.get('fieldSelector')
  return {
    code: 200,
    items,
    metadata: {
      resourceVersion: String(resourceVersion),
      continue: tokenOf({ resourceVersion, start: `${placeOf(last)}\0` }),
      ...(unselected ? { remainingItemCount: remaining } : {}),
    },
  }
}

function refuseForbidden(query: URLSearchParams): void {
  const refuse = (field: string, why: string) =>
    invalid('ListOptions.meta.k8s.io', '', [{ field, reason: 'FieldValueForbidden', message: `Forbidden: ${why}` }])
  if (query.has('sendInitialEvents')) throw refuse('sendInitialEvents', 'sendInitialEvents is forbidden for list')
  if (query.get('resourceVersionMatch') && !query.get('resourceVersion'))
    throw refuse('resourceVersionMatch', 'resourceVersionMatch is forbidden unless resourceVersion is provided')
}

/** The resourceVersion of the query; -1 where none is named. */
function versionOf(query: URLSearchParams, current: number): number {
  const text = query.get('resourceVersion') ?? ''
  if (text === '') return -1
  if (!/^\d+$/u.test(text))
    throw badRequest(
      `invalid resource version: resourceVersion: Invalid value: "${text}": strconv.ParseUint: parsing "${text}": invalid syntax`,
    )
  const version = Number(text)
  if (version > current)
    throw new Refusal(504, 'Timeout', `Timeout: Too large resource version: ${version}, current: ${current}`, {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version', field: '' }],
      retryAfterSeconds: 1,
    })
  return version
}

function limitOf(query: URLSearchParams): number {
  const text = query.get('limit') ?? ''
  if (!/^-?\d*$/u.test(text)) throw badRequest(`strconv.ParseInt: parsing "${text}": invalid syntax`)
  return Math.max(0, Number(text))
}
