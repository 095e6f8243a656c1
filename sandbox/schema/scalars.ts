import { type Findings, type Place, wrongType } from './findings.ts'
import { isObject, type Json } from './json.ts'
import { canonicalQuantity, QuantityError } from './quantity.ts'
import { scalar } from './types.ts'

const bounds: Readonly<Record<string, readonly [number, number]>> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [-(2 ** 63), 2 ** 63 - 1],
}

/** As metav1.Time has it: RFC 3339, in whole seconds. */
export const timestamp = (milliseconds: number): string =>
  `${new Date(milliseconds).toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length)}Z`

/** One value in the form that the API gives it. */
export function readScalar(type: string, value: Json, place: Place, findings: Findings): Json | undefined {
  switch (type) {
    case 'string':
      return typeof value === 'string' ? value : wrongType(type, value, place, findings)
    case 'bool':
      return typeof value === 'boolean' ? value : wrongType(type, value, place, findings)
    case 'int32':
    case 'int64':
      return readInteger(type, value, place, findings)
    case 'bytes':
      return readBytes(value, place, findings)
    case scalar.intOrString:
      return typeof value === 'string' ? value : readInteger('int32', value, place, findings)
    case scalar.quantity:
      return readQuantity(value, findings)
    case scalar.time:
    case scalar.microTime:
      return readTime(type, value, place, findings)
    case scalar.fields:
      return isObject(value) ? value : wrongType(type, value, place, findings)
    default:
      return value
  }
}

function readInteger(type: string, value: Json, place: Place, findings: Findings): Json | undefined {
  const [low, high] = bounds[type] ?? [0, 0]
  if (typeof value !== 'number') return wrongType(type, value, place, findings)
  if (Number.isInteger(value) && value >= low && value <= high) return value
  return wrongType(type, value, place, findings, `number ${value}`)
}

// Go's base64 skips line breaks and stops at the first byte that does not belong.
function readBytes(value: Json, place: Place, findings: Findings): Json | undefined {
  if (typeof value !== 'string') return wrongType('bytes', value, place, findings)
  const text = value.replaceAll(/[\r\n]/g, '')
  const good = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?/.exec(text)?.[0].length ?? 0
  if (good === text.length) return text
  const rest = text.slice(good)
  const bad = rest.search(/[^A-Za-z0-9+/]/)
  findings.wrong ??= `illegal base64 data at input byte ${bad < 0 ? text.length : good + bad}`
  return undefined
}

function readQuantity(value: Json, findings: Findings): Json | undefined {
  try {
    return canonicalQuantity(typeof value === 'string' ? value.trim() : JSON.stringify(value))
  } catch (error) {
    if (!(error instanceof QuantityError)) throw error
    findings.refused ??= error.message
    return undefined
  }
}

function readTime(type: string, value: Json, place: Place, findings: Findings): Json | undefined {
  if (typeof value !== 'string') return wrongType('string', value, place, findings)
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value) ? Date.parse(value) : Number.NaN
  if (Number.isNaN(at)) {
    const form = type === scalar.time ? '2006-01-02T15:04:05Z07:00' : '2006-01-02T15:04:05.000000Z07:00'
    findings.refused ??= `parsing time "${value}" as "${form}": cannot parse "${value}" as "2006"`
    return undefined
  }
  const seconds = timestamp(at)
  if (type === scalar.time) return seconds
  return `${seconds.slice(0, -1)}.${(/\.(\d+)/.exec(value)?.[1] ?? '').padEnd(6, '0').slice(0, 6)}Z`
}
