import { closest, distance } from 'fastest-levenshtein'

/** The candidate that somebody who typed `word` may have meant; undefined where none is near. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0) return undefined
  const found = closest(word, [...candidates])
  const apart = distance(word, found)
  return apart < word.length && apart <= Math.max(2, Math.floor(word.length / 3)) ? found : undefined
}
