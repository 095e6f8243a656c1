/**
 * What a lesson says, out of its source's indentation: lines of a paragraph run together, an empty line begins a new one. A line that begins
 * with two spaces more than the rest stands as it is.
 */
export function unfold(pieces: readonly string[], words: readonly string[]): string {
  const text = pieces.map((piece, index) => piece + (words[index] ?? '')).join('')
  return text
    .trim()
    .split(/\n[ \t]*\n/)
    .map((paragraph) =>
      paragraph
        .split('\n')
        .map((line) => line.trim())
        .join(' '),
    )
    .join('\n\n')
}
