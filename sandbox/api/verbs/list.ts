import type { Obj } from '../../kubernetes.ts'
import { badRequest, invalid, Refusal } from '../../refusal.ts'
import { isObject } from '../../schema/json.ts'
import type { Answer, Call } from '../call.ts'
import { selectionOf } from '../selection.ts'

export function list({ context, kind, file, namespace, query }: Call): Answer {
  refuseForbidden(query)
  const version = versionOf(query, context.store.resourceVersion)
  const { items, resourceVersion } = context.store.list(kind, selectionOf(file, namespace, query))
  const limit = limitOf(query)
  const next = query.get('continue') ?? ''
  // As the watch cache does, from which "any version" is answered: all of it.
  if (next === '' && (limit === 0 || version === 0))
    return { code: 200, items, metadata: { resourceVersion: String(resourceVersion) } }

  const page = next === '' ? { resourceVersion, start: '' } : pageOf(next)
  const placeOf = ({ metadata }: Obj) =>
    `/${namespace === '' && metadata.namespace !== undefined ? `${metadata.namespace}/` : ''}${metadata.name}`
  const rest = items.filter((item) => placeOf(item) >= page.start)
  const shown = limit === 0 ? rest : rest.slice(0, limit)
  const remaining = rest.length - shown.length
  const last = shown.at(-1)
  const unselected = !query.get('labelSelector') && !query.get('fieldSelector')
  return {
    code: 200,
    items: shown,
    metadata: {
      resourceVersion: String(page.resourceVersion),
      ...(remaining > 0 && last !== undefined ? { continue: tokenOf(page.resourceVersion, `${placeOf(last)}\0`) } : {}),
      ...(remaining > 0 && unselected ? { remainingItemCount: remaining } : {}),
    },
  }
}

function refuseForbidden(query: URLSearchParams): void {
  if (query.has('sendInitialEvents'))
    throw invalid('ListOptions.meta.k8s.io', '', [
      {
        field: 'sendInitialEvents',
        reason: 'FieldValueForbidden',
        message: 'Forbidden: sendInitialEvents is forbidden for list',
      },
    ])
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

interface Page {
  readonly resourceVersion: number
  readonly start: string
}

/** As upstream's: where to go on, right after the last one shown. */
const tokenOf = (rv: number, start: string) =>
  Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv, start })).toString('base64url')

function pageOf(token: string): Page {
  try {
    const page: unknown = JSON.parse(Buffer.from(token, 'base64url').toString())
    if (isObject(page) && typeof page['rv'] === 'number' && typeof page['start'] === 'string')
      return { resourceVersion: page['rv'], start: page['start'] }
  } catch {
    // Said below.
  }
  throw badRequest('invalid continue token: continue key is not valid: illegal base64 data at input byte 0')
}
