import { createHash } from 'node:crypto'

// Upstream hashes Go's own printing of the template, which nobody else can reproduce: same shape, other letters.
const letters = 'bcdf456789'

/** Ten letters that stay the same for the same content, whatever the order of its fields. */
export function hashOf(content: unknown): string {
  const digest = createHash('sha256').update(stable(content)).digest()
  return Array.from(digest.subarray(0, 10), (byte) => letters[byte % letters.length]).join('')
}

/** JSON in which the order of fields does not matter. */
export const stable = (value: unknown): string =>
  JSON.stringify(value, (_key, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  )
