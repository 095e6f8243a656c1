/** What COPY is about, and with whom: as the server's statement and psql's \copy say it alike. */
export interface CopyForm {
  /** A table with its columns, or a query. */
  readonly what: string
  readonly from: boolean
  readonly program: boolean
  /** A name in quotes, or a word. */
  readonly target: string
  readonly quoted: boolean
  readonly options: string
}

const form = /^(\([^]*\)|[^\s(]+(?:\s*\([^)]*\))?)\s+(from|to)\s+(program\s+)?('(?:[^']|'')*'|\S+)\s*([^]*)$/i

export function copyForm(text: string): CopyForm | undefined {
  const [, what = '', way, program, word = '', options = ''] = form.exec(text) ?? []
  if (way === undefined) return undefined
  const quoted = word.startsWith("'")
  const target = quoted ? word.slice(1, -1).replaceAll("''", "'") : word
  return { what, from: way.toLowerCase() === 'from', program: program !== undefined, target, quoted, options }
}

/** The same, with the client. */
export const withClient = ({ what, from, options }: CopyForm) =>
  `COPY ${what} ${from ? 'FROM STDIN' : 'TO STDOUT'} ${options}`
