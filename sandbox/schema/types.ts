import { type Field, facts } from '../facts/index.ts'
import { apiVersionOf } from '../facts/names.ts'

export interface GroupVersionKind {
  readonly group: string
  readonly version: string
  readonly kind: string
}

export type Fields = ReadonlyMap<string, Field>

const flattened = new Map<string, Fields | undefined>()

/** A struct's fields as its JSON has them, inlined ones included; undefined for what is no struct of the table. */
export function fieldsOf(type: string): Fields | undefined {
  if (!flattened.has(type)) flattened.set(type, flatten(type))
  return flattened.get(type)
}

function flatten(type: string): Fields | undefined {
  const declared = declaredFields(type)
  if (declared === undefined) return undefined
  return new Map(
    Object.entries(declared).flatMap(([name, field]): [string, Field][] =>
      field.inline === true ? [...(fieldsOf(field.type) ?? [])] : [[name, field]],
    ),
  )
}

/** As declared: inlined structs under their own names. */
export const declaredFields = (type: string): Readonly<Record<string, Field>> | undefined => facts.types[type]

/** Compared and owned as one value. */
export const isAtomic = (type: string): boolean => facts.atomic.has(type)

/** DeleteOptions are of every group. */
export const typeOf = (gvk: GroupVersionKind): string | undefined =>
  gvk.kind === 'DeleteOptions' ? `${meta}.DeleteOptions` : facts.kinds[`${apiVersionOf(gvk)}/${gvk.kind}`]

/** "X" of "[]X" and "map:X". */
export const itemType = (type: string): string => (type.startsWith('[]') ? type.slice(2) : type.slice(4))
export const isListType = (type: string): boolean => type.startsWith('[]')
export const isMapType = (type: string): boolean => type.startsWith('map:')

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1'

/** Types with a JSON form of their own. */
export const scalar = {
  time: `${meta}.Time`,
  microTime: `${meta}.MicroTime`,
  fields: `${meta}.FieldsV1`,
  quantity: 'io.k8s.apimachinery.pkg.api.resource.Quantity',
  intOrString: 'io.k8s.apimachinery.pkg.util.intstr.IntOrString',
  raw: 'io.k8s.apimachinery.pkg.runtime.RawExtension',
} as const
