import { entries, equal, isList, isObject, type Json, own } from '../schema/json.ts'

/** As Go's %v prints what it has read from JSON. */
export function printed(value: Json): string {
  if (value === null) return '<nil>'
  if (isList(value)) return `[${value.map(printed).join(' ')}]`
  if (!isObject(value)) return String(value)
  const fields = entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `map[${fields.map(([name, field]) => `${name}:${printed(field)}`).join(' ')}]`
}

/** The JSON of what a patch has made of an object: what it touched comes in the order of its keys, the rest as it was. */
export function patchedText(value: Json, before: Json | undefined): string {
  if (equal(value, before)) return JSON.stringify(before)
  if (!isObject(value)) return JSON.stringify(value)
  const old = isObject(before) ? before : {}
  const fields = entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${patchedText(field, own(old, name))}`).join(',')}}`
}

const kinds: Readonly<Record<string, string>> = { array: 'slice', object: 'map', number: 'int64' }

/** encoding/json's complaint in the words of what reads a strategic merge patch: k8s.io/apimachinery/pkg/runtime/converter.go. */
export function unconverted(complaint: string): string {
  const { what = '', type = '' } = /unmarshal (?<what>.+) into .* of type (?<type>.+)$/su.exec(complaint)?.groups ?? {}
  const kind =
    what.startsWith('number ') && !/^number -?\d+$/u.test(what) ? 'float64' : (kinds[what.split(' ')[0] ?? ''] ?? what)
  if (type.startsWith('[]')) return `cannot restore slice from ${kind}`
  if (type.startsWith('map[')) return `cannot restore map from ${kind}`
  if (type.includes('.')) return `cannot restore struct from: ${kind}`
  return type !== 'bool' && (kind === 'int64' || kind === 'float64')
    ? `cannot convert ${kind} to ${type}`
    : `unrecognized type: ${type}`
}
