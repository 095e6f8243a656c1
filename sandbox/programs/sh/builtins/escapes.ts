// Backslashes as echo -e and printf read them; bytes, for \x80 is one byte and not a character's two.

const letters: Readonly<Record<string, number>> = { a: 7, b: 8, e: 27, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92 }

export interface Unescaped {
  readonly bytes: Uint8Array
  /** \c: nothing more is to be printed. */
  readonly stop: boolean
}

/** `zero`: octal numbers start with a 0, as in echo and %b; otherwise with any digit. */
export function unescape(text: string): Unescaped {
  const parts: Buffer[] = []
  let from = 0
  const pattern = /\\(?:x([0-9A-Fa-f]{1,2})|0([0-7]{1,3})|([0-7]{1,3})|([\s\S]))/g
  for (const found of text.matchAll(pattern)) {
    const [all, hex, afterZero, octal, char] = found
    const digits = afterZero ?? octal
    const byte =
      hex === undefined ? (digits === undefined ? letters[char ?? ''] : parseInt(digits, 8)) : parseInt(hex, 16)
    if (byte === undefined && char !== 'c') continue
    parts.push(Buffer.from(text.slice(from, found.index)))
    from = found.index + all.length
    if (byte === undefined) return { bytes: Buffer.concat(parts), stop: true }
    parts.push(Buffer.of(byte & 255))
  }
  return { bytes: Buffer.concat([...parts, Buffer.from(text.slice(from))]), stop: false }
}
