import type { Cause } from '../refusal.ts'
import { isObject } from '../schema/json.ts'

/** What a rule has found: nothing, a cause, or several. So a condition and its sentence stand side by side. */
export type Found = false | undefined | Cause | readonly Found[]

export const causesIn = (found: Found): Cause[] =>
  found === false || found === undefined ? [] : 'field' in found ? [found] : found.flatMap(causesIn)

// The sentences of k8s.io/apimachinery/pkg/util/validation/field/errors.go.

// As Go writes it: a map's keys in their order, a struct's (with capitals) as they stand.
const isGoStruct = (value: object) => Object.keys(value).some((key) => /^[A-Z]/.test(key))
const inOrder = (_: string, value: unknown) =>
  isObject(value) && !isGoStruct(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value
const quoted = (value: unknown) => JSON.stringify(value ?? null, inOrder)

export const required = (field: string, why = ''): Cause => ({
  field,
  reason: 'FieldValueRequired',
  message: why === '' ? 'Required value' : `Required value: ${why}`,
})

export const invalidValue = (field: string, value: unknown, why: string): Cause => ({
  field,
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${quoted(value)}: ${why}`,
})

export const unsupported = (field: string, value: unknown, supported: readonly string[]): Cause => ({
  field,
  reason: 'FieldValueNotSupported',
  message: `Unsupported value: ${quoted(value)}: supported values: ${supported.map(quoted).join(', ')}`,
})

export const duplicate = (field: string, value: unknown): Cause => ({
  field,
  reason: 'FieldValueDuplicate',
  message: `Duplicate value: ${quoted(value)}`,
})

export const notThere = (field: string, value: unknown): Cause => ({
  field,
  reason: 'FieldValueNotFound',
  message: `Not found: ${quoted(value)}`,
})

export const forbiddenField = (field: string, why: string): Cause => ({
  field,
  reason: 'FieldValueForbidden',
  message: `Forbidden: ${why}`,
})

export const tooLong = (field: string, limit: number): Cause => ({
  field,
  reason: 'FieldValueTooLong',
  message: `Too long: may not be more than ${limit} bytes`,
})

/** Only from a list; an empty value is the caller's affair. */
export const oneOf = (field: string, value: unknown, supported: readonly string[]): Cause[] =>
  supported.includes(String(value)) ? [] : [unsupported(field, value, supported)]

export const atLeast = (field: string, value: number | undefined, least: 0 | 1): Cause[] =>
  value === undefined || value >= least
    ? []
    : [invalidValue(field, value, least === 0 ? 'must be greater than or equal to 0' : 'must be greater than 0')]

export const between = (field: string, value: number, low: number, high: number): Cause[] =>
  value >= low && value <= high ? [] : [invalidValue(field, value, `must be between ${low} and ${high}, inclusive`)]

export const portNumber = (field: string, value: number): Cause[] => between(field, value, 1, 65535)

/** What one list item's name repeats of another's. */
export function duplicates(field: string, names: readonly (string | undefined)[]): Cause[] {
  return names.flatMap((name, at) =>
    name !== undefined && name !== '' && names.indexOf(name) < at ? [duplicate(`${field}[${at}].name`, name)] : [],
  )
}

export const immutable = (field: string, value: unknown): Cause => invalidValue(field, value, 'field is immutable')
