import { isList, isObject, type JsonObject } from '../../../sandbox/schema/json.ts'
import type { Answer } from './asking.ts'
import { fields, never, renamer, times } from './normal.ts'

interface Status {
  readonly reason?: string
  readonly message?: string
  readonly details?: { readonly causes?: readonly Readonly<Record<string, string>>[] }
}

/** What an API server's answer says, in lines. Of an object that was there `before`, what is no longer as it was. */
export function told({ code, text, warnings }: Answer, before?: JsonObject): string {
  const said = code < 300 ? success(text, before) : refusal(text)
  return renamer()([code, ...warnings.map((warning) => `Warning: ${warning}`).toSorted(), ...said].join('\n'))
    .replaceAll(/\b(made(?:-2)?)-[a-z0-9]{5}\b/g, '$1-RANDOM')
    .replaceAll(/(in object meta: |resource version: |current: |in record \()\d+/g, '$1VERSION')
    .replaceAll(/(?<=patch: Invalid value: )"\{.*\}"/g, 'OBJECT')
    .replaceAll(/\beyJ[\w.-]+/g, 'TOKEN')
}

/** The same of an answer that holds nothing of interest where it is no refusal. */
export const toldShortly = (answer: Answer): string =>
  answer.code < 300 ? String(answer.code) : told({ ...answer, warnings: [] })

function refusal(text: string): readonly string[] {
  const status = parsed(text)
  if (!isObject(status)) return [text]
  const { reason = '', message = '', details } = status as Status
  const causes = (details?.causes ?? []).map(
    (cause) =>
      `${cause['reason']} ${cause['field']}${message.includes(cause['message'] ?? '') ? '' : `: ${cause['message']}`}`,
  )
  // How often one cause is told is a matter of how many validators a kind has.
  return [reason, message, ...new Set(causes)].map(withoutDiff)
}

/** What a change of a Pod's spec is refused with ends in a comparison of Go structs that the sandbox does not have. */
const withoutDiff = (text: string) => text.replace(/\n@@ [\s\S]*?\n(?=\n?(?:, |\]|$))\n?/, '')

function success(text: string, before: JsonObject | undefined): readonly string[] {
  const object = parsed(text)
  if (!isObject(object) || isObject(object['object'])) return text.split('\n').filter(Boolean).map(event)
  const { items, rows, columnDefinitions: columns } = object
  const kind = kindOf(object)
  if (isList(rows) && isList(columns)) return tableOf(rows, columns)
  if (isList(items) || kind.endsWith('List')) {
    const { metadata } = object as { metadata: { continue?: string; remainingItemCount?: number } }
    const rest = metadata.continue === undefined ? [] : [`and ${metadata.remainingItemCount ?? 'some'} more`]
    return [kind, ...(isList(items) ? items : []).map((item) => `- ${nameOf(item)}`), ...rest]
  }
  return changes(object, kindOf(before ?? {}) === kind ? before : undefined)
}

function event(line: string): string {
  const { type, object } = (parsed(line) ?? {}) as { type?: string; object?: JsonObject }
  if (object === undefined) return line
  return `${type} ${kindOf(object)} ${type === 'BOOKMARK' ? '' : nameOf(object)}`.trimEnd()
}

function tableOf(rows: readonly unknown[], columns: readonly unknown[]): readonly string[] {
  const heads = columns.map((column) => {
    const { name, type, priority } = column as Readonly<Record<string, unknown>>
    return `${String(name)} ${String(type)} ${String(priority)}`
  })
  const lines = rows.map((row) => {
    const { cells, object } = row as { cells: readonly unknown[]; object?: JsonObject }
    const ageless = cells.map((cell) => (/^\d+(?:m?s|m\d+s)$/.test(String(cell)) ? 'AGE' : cell))
    return `${JSON.stringify(ageless)} ${object ? kindOf(object) : 'null'}`
  })
  return [`Table ${heads.join(', ')}`, ...lines]
}

function changes(object: JsonObject, before: JsonObject | undefined): readonly string[] {
  const old = new Map(comparable(before ?? {}))
  const now = new Map(comparable(object))
  const versions = [object, before].map((each) => (each?.['metadata'] as JsonObject | undefined)?.['resourceVersion'])
  const gone = [...old.keys()].filter((path) => !now.has(path)).map((path) => `${path}: gone`)
  return [
    ...[...now].filter(([path, value]) => old.get(path) !== value).map(([path, value]) => `${path}: ${value}`),
    ...gone,
    ...(before === undefined || versions[0] === versions[1] ? [] : ['another resourceVersion']),
  ]
}

interface Manager {
  readonly manager: string
  readonly operation: string
  readonly subresource?: string
  readonly fieldsV1: JsonObject
}

/** Of the fields' managers only those of the table itself: controllers come and go. */
function comparable(object: JsonObject): readonly (readonly [string, string])[] {
  const { managedFields } = (object['metadata'] ?? {}) as {
    managedFields?: readonly Manager[]
  }
  const managers = (managedFields ?? [])
    .filter(({ manager }) => manager.startsWith('table'))
    .map(
      ({ manager, operation, subresource = '', fieldsV1 }) =>
        [`managed by ${manager} ${operation} ${subresource}`.trimEnd(), JSON.stringify(fieldsV1)] as const,
    )
  const others = fields(object, '').filter(([path]) => !never.test(path) && path !== 'metadata' && path !== '')
  // Whether a time has changed depends on how long a second lasts.
  const values = others.map(([path, value]) => [path, JSON.stringify(value).replaceAll(times, 'TIME')] as const)
  return [...values, ...managers].toSorted(([a], [b]) => (a < b ? -1 : 1))
}

function nameOf(item: unknown): string {
  const { metadata } = item as { metadata?: { name?: string } }
  return metadata?.name ?? '?'
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

const kindOf = ({ kind = '' }: JsonObject): string => (typeof kind === 'string' ? kind : '')
