/** A quantity that could not be read, in apimachinery's words. */
export class QuantityError extends Error {}

const wrongFormat = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
const pattern = /^([+-]?)(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[-+]?\d*)$/
const decimal = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E']
const binary = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']
const nano = 10n ** 9n

interface Quantity {
  /** In thousand-millionths; what is smaller is rounded up. */
  readonly nanos: bigint
  readonly format: 'decimal' | 'binary' | 'exponent'
}

// k8s.io/apimachinery/pkg/api/resource/quantity.go
function parseQuantity(text: string): Quantity {
  const [, sign = '', whole = '', fraction = '', suffix = ''] = pattern.exec(text) ?? []
  if (whole === '' && fraction === '') throw new QuantityError(wrongFormat)
  const { factor, exponent, format } = scaleOf(suffix)
  const digits = BigInt(`${whole}${fraction}`) * factor
  const shift = 9 + exponent - fraction.length
  const size = shift >= 0 ? digits * 10n ** BigInt(shift) : -(-digits / 10n ** BigInt(-shift))
  const lost = shift < 0 && digits % 10n ** BigInt(-shift) !== 0n
  const nanos = lost ? size + 1n : size
  return { nanos: sign === '-' ? -nanos : nanos, format }
}

function scaleOf(suffix: string): { factor: bigint; exponent: number; format: Quantity['format'] } {
  if (decimal.includes(suffix)) return { factor: 1n, exponent: 3 * (decimal.indexOf(suffix) - 3), format: 'decimal' }
  if (binary.includes(suffix)) return { factor: 1024n ** BigInt(binary.indexOf(suffix)), exponent: 0, format: 'binary' }
  const [, power] = /^[eE]([-+]?\d+)$/.exec(suffix) ?? []
  // Beyond what a quantity can hold; also keeps 1e999999999 from being computed.
  if (power === undefined || Math.abs(Number(power)) > 30) throw new QuantityError("unable to parse quantity's suffix")
  return { factor: 1n, exponent: Number(power), format: 'exponent' }
}

/** As the API writes it: the largest suffix without a fraction. "0.5" is 500m, "1024Mi" is 1Gi. */
export function canonicalQuantity(text: string): string {
  const { nanos, format } = parseQuantity(text)
  if (nanos === 0n) return '0'
  const size = nanos < 0n ? -nanos : nanos
  if (format === 'binary' && size >= 1024n * nano) return inBinary(size, nanos < 0n)
  let [amount, power] = [nanos, -9]
  while (amount % 1000n === 0n && power < 18) [amount, power] = [amount / 1000n, power + 3]
  if (format === 'exponent') return power === 0 ? `${amount}` : `${amount}e${power}`
  return `${amount}${decimal[power / 3 + 3] ?? ''}`
}

function inBinary(size: bigint, negative: boolean): string {
  let amount = (size + nano - 1n) / nano
  let power = 0
  while (amount % 1024n === 0n && power < binary.length - 1) [amount, power] = [amount / 1024n, power + 1]
  return `${negative ? '-' : ''}${amount}${binary[power] ?? ''}`
}

/** Its value in thousand-millionths, for comparisons: exact where a number would not be. */
export const quantityNanos = (text: string): bigint => parseQuantity(text).nanos
