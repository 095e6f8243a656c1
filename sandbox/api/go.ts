import { entries, isList, isObject, type Json } from '../schema/json.ts'

/** As Go's %v prints what it has read from JSON. */
export function printed(value: Json): string {
  if (value === null) return '<nil>'
  if (isList(value)) return `[${value.map(printed).join(' ')}]`
  if (!isObject(value)) return String(value)
  const fields = entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `map[${fields.map(([name, field]) => `${name}:${printed(field)}`).join(' ')}]`
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
  return kind === 'int64' || kind === 'float64' ? `cannot convert ${kind} to ${type}` : `unrecognized type: ${type}`
}
