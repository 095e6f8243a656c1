// From the pieces that a word expanded to, to fields: splitting at IFS, keeping what was quoted.
import { quoted } from './pattern.ts'

/** A stretch of an expanded word. `split`: the result of an unquoted expansion. 'break': the end of one parameter of "$@". */
export type Piece = { readonly text: string; readonly quoted: boolean; readonly split: boolean } | 'break'

export interface Field {
  readonly text: string
  /** As a pattern for path names; what was quoted is escaped. */
  readonly pattern: string
}

export const literal = (text: string): Piece => ({ text, quoted: true, split: false })
export const expanded = (text: string): Piece => ({ text, quoted: false, split: true })
/** Unquoted in the script itself: may be a pattern, is not split. */
export const wild = (text: string): Piece => ({ text, quoted: false, split: false })

const asPattern = (text: string, isQuoted: boolean) => (isQuoted ? quoted(text) : text)

/** All of it as one pattern, for case and ${x#...}. */
export const patternOf = (pieces: readonly Piece[]) =>
  pieces.map((piece) => (piece === 'break' ? ' ' : asPattern(piece.text, piece.quoted))).join('')

/** All of it as one text, for assignments and here-documents. */
export const textOf = (pieces: readonly Piece[]) =>
  pieces.map((piece) => (piece === 'break' ? ' ' : piece.text)).join('')

export function fieldsOf(pieces: readonly Piece[], ifs: string): Field[] {
  const fields: Field[] = []
  let text: string[] | undefined
  let pattern: string[] = []
  let afterBlank = false

  const add = (more: string, isQuoted: boolean) => {
    ;(text ??= []).push(more)
    pattern.push(asPattern(more, isQuoted))
    afterBlank = false
  }
  const end = () => {
    fields.push({ text: (text ?? []).join(''), pattern: pattern.join('') })
    text = undefined
    pattern = []
  }

  for (const piece of pieces) {
    if (piece === 'break') {
      if (text !== undefined) end()
    } else if (!piece.split || ifs === '') {
      if (!piece.split || piece.text !== '') add(piece.text, piece.quoted)
    } else {
      for (const char of piece.text) {
        if (!ifs.includes(char)) add(char, piece.quoted)
        else if (' \t\n'.includes(char)) {
          if (text === undefined) continue
          end()
          afterBlank = true
        } else if (afterBlank) afterBlank = false
        else end()
      }
    }
  }
  if (text !== undefined) end()
  return fields
}
