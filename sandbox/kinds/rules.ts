import type { Cause } from '../refusal.ts'
import { entries, isList, isObject, type Json, type JsonObject } from '../schema/json.ts'
import { type Fields, fieldsOf, isListType, itemType } from '../schema/types.ts'
import { causesIn } from './causes.ts'
import { acrossFields } from './across-fields.ts'
import { fieldRules } from './field-rules.ts'
import type { Around } from './pod-spec-rules.ts'

/** What the rules have against a value and all that is in it. */
export function rulesCauses(type: string, value: JsonObject, around: Around, place = ''): Cause[] {
  const short = type.slice(type.lastIndexOf('.') + 1)
  const fields: Fields = fieldsOf(type) ?? new Map()
  const at = (name: string) => (place === '' ? name : `${place}.${name}`)
  return causesIn([
    acrossFields[short]?.(place, value as never, around),
    Object.entries(fieldRules[short] ?? {}).map(([name, rule]) => rule(at(name), value[name])),
    entries(value).map(([name, item]) => below(fields.get(name)?.type ?? '', item, around, at(name))),
  ])
}

function below(type: string, value: Json, around: Around, place: string): Cause[] {
  if (isList(value) && isListType(type))
    return value.flatMap((item, at) => below(itemType(type), item, around, `${place}[${at}]`))
  // A status is the controllers' and the kubelet's.
  return isObject(value) && fieldsOf(type) !== undefined && place !== 'status'
    ? rulesCauses(type, value, around, place)
    : []
}
