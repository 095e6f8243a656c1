import { entries, isList, isObject, type Json } from './json.ts'
import { partsOf, stepOf } from './ownership.ts'
import type { Field } from '../facts/index.ts'
import { fieldsOf, isListType, isMapType, scalar } from './types.ts'

const words = [
  [['string', 'bytes', scalar.time, scalar.microTime], 'string', 'string'],
  [['int32', 'int64'], 'number', 'numeric (int or float)'],
  [['bool'], 'boolean', 'boolean'],
] as const

const goValue = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** What does not fit its type, as server-side apply says it: sigs.k8s.io/structured-merge-diff/typed. */
export function untyped(type: string, value: Json, path = '', field?: Field): string[] {
  if (value === null) return []
  const got = `got &value.valueUnstructured{Value:${isList(value) ? `[${value.map((item) => goValue(item)).join(' ')}]` : goValue(value)}}`
  if (isListType(type) && !isList(value)) return [`${path}: expected list, ${got}`]
  const fields = fieldsOf(type)
  if ((isMapType(type) || fields !== undefined) && !isObject(value)) return [`${path}: expected map, ${got}`]
  for (const [types, is, expected] of words)
    if ((types as readonly string[]).includes(type) && typeof value !== is)
      return [`${path}: expected ${expected}, ${got}`]
  const unknown = fields === undefined || !isObject(value) ? [] : entries(value).filter(([name]) => !fields.has(name))
  const parts = partsOf(type, value, field) ?? []
  return [
    ...parts.flatMap(([key, inner, item, declared]) => untyped(inner, item, `${path}${stepOf(key)}`, declared)),
    ...unknown.map(([name]) => `${path}.${name}: field not declared in schema`),
  ]
}
