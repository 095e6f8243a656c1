import { isList, type Json } from './json.ts'
import { isListType, isMapType, itemType, scalar } from './types.ts'

/** Where the walk stands, as messages name it. */
export interface Place {
  /** spec.containers[0] */
  readonly path: string
  /** Names alone, as encoding/json lists them: spec.containers */
  readonly fields: string
  /** The Go struct: Container. */
  readonly struct: string
}

export interface Findings {
  readonly unknown: string[]
  /** Types that do not fit are remembered; Go goes on reading. */
  wrong?: string
  /** What a custom decoder refuses ends the reading at once, and is what is reported. */
  refused?: string
}

export const shortName = (type: string): string => type.slice(type.lastIndexOf('.') + 1)

export function wrongType(
  type: string,
  value: Json,
  place: Place,
  findings: Findings,
  what = jsonType(value),
): undefined {
  findings.wrong ??= `json: cannot unmarshal ${what} into Go struct field ${place.struct}.${place.fields} of type ${goType(type)}`
}

function jsonType(value: Json): string {
  if (typeof value === 'boolean') return 'bool'
  return isList(value) ? 'array' : typeof value
}

function goType(type: string): string {
  if (isListType(type)) return `[]${goType(itemType(type))}`
  if (isMapType(type))
    return itemType(type) === scalar.quantity ? 'v1.ResourceList' : `map[string]${goType(itemType(type))}`
  if (type === 'bytes') return '[]uint8'
  return type.includes('.') ? type.split('.').slice(-2).join('.') : type
}
