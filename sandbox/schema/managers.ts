import { isList, isObject, type Json, type JsonObject } from './json.ts'
import { fromFieldsV1, isEmpty, type Owned, toFieldsV1, without } from './ownership.ts'

/** One entry of metadata.managedFields. */
export interface Manager {
  readonly name: string
  readonly operation: string
  readonly apiVersion: string
  readonly subresource: string
  readonly time: string | undefined
  readonly owned: Owned
}

/** Absent, empty and [{}] all say that nobody manages anything. */
export function managersOf(object: object | undefined): readonly Manager[] {
  const { metadata } = (object ?? {}) as { metadata?: JsonObject }
  const listed = metadata?.['managedFields']
  if (!isList(listed)) return []
  return listed.filter(isObject).flatMap((entry): Manager[] => {
    const text = (key: string) => (typeof entry[key] === 'string' ? entry[key] : '')
    if (text('operation') === '') return []
    return [
      {
        name: text('manager'),
        operation: text('operation'),
        apiVersion: text('apiVersion'),
        subresource: text('subresource'),
        time: text('time') || undefined,
        owned: fromFieldsV1(entry['fieldsV1']),
      },
    ]
  })
}

export const isSame = (a: Manager, b: Pick<Manager, 'name' | 'operation' | 'apiVersion' | 'subresource'>): boolean =>
  a.name === b.name && a.operation === b.operation && a.apiVersion === b.apiVersion && a.subresource === b.subresource

export const losing = (managers: readonly Manager[], fields: Owned): Manager[] =>
  managers.map((manager) => ({ ...manager, owned: without(manager.owned, fields) }))

// In the order of apimachinery's encodeManagedFields: applied first, then by time, then by name.
const rank = ({ operation, time = '', name, subresource }: Manager) =>
  `${operation === 'Apply' ? 0 : 1} ${time} ${name} ${subresource}`

export function withManagers(object: JsonObject, managers: readonly Manager[]): JsonObject {
  const kept = managers.filter(({ owned }) => !isEmpty(owned)).toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1))
  const { managedFields: _, ...metadata } = (object['metadata'] ?? {}) as JsonObject
  return {
    ...object,
    metadata: { ...metadata, ...(kept.length > 0 && { managedFields: kept.map(entryOf) }) },
  }
}

const entryOf = ({ name, operation, apiVersion, subresource, time, owned }: Manager): Json => ({
  manager: name,
  operation,
  apiVersion,
  ...(time !== undefined && { time }),
  fieldsType: 'FieldsV1',
  fieldsV1: toFieldsV1(owned),
  ...(subresource !== '' && { subresource }),
})

const nobodys = [
  'name',
  'namespace',
  'creationTimestamp',
  'selfLink',
  'uid',
  'clusterName',
  'generation',
  'managedFields',
  'resourceVersion',
]

/** What nobody can own: apimachinery's stripMeta; and the part that this request does not write. */
export function ownable(object: object | undefined, subresource: string): JsonObject {
  const { apiVersion: _, kind: __, metadata, status, ...rest } = (object ?? {}) as JsonObject
  const meta = Object.entries(isObject(metadata) ? metadata : {}).filter(([key]) => !nobodys.includes(key))
  const main = { ...(meta.length > 0 && { metadata: Object.fromEntries(meta) }), ...rest }
  if (subresource !== 'status') return main
  return status === undefined ? {} : { status }
}
