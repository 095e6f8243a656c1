import { closest, distance } from 'fastest-levenshtein'

/** The candidate that somebody who typed `word` may have meant; undefined where none is near. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0) return undefined
  const found = closest(word, [...candidates])
  const apart = distance(word, found)
  return apart < word.length && apart <= Math.max(2, Math.floor(word.length / 3)) ? found : undefined
}

/** The sentence and the way out for a word that is not known; `named` are those of the candidates that are told where none is near. */
export function notKnown(
  what: string,
  word: string,
  candidates: readonly string[],
  named: readonly string[] = candidates,
): [sentence: string, wayOut: string] {
  const close = nearest(word, candidates)
  return [
    `There is no ${what} ${JSON.stringify(word)}.`,
    close === undefined ? `there are ${named.join(', ')}` : `did you mean ${close}?`,
  ]
}
