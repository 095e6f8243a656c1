import { closest, distance } from 'fastest-levenshtein'
import type { LessonName } from '../contents.ts'
import { contents, lessonNames } from '../contents.ts'

/** Every word that argv may hold, beside flags. */
export const words = {
  commands: ['list', 'clean', 'status', 'doctor', 'completion', 'version'] as readonly string[],
  sections: [...lessonNames.flatMap((name) => [name, ...contents[name].aliases]), 'all'] as readonly string[],
  shells: ['bash', 'zsh', 'fish'] as readonly string[],
  images: ['busybox', 'nginx', 'postgres'] as readonly string[],
}

/** The lesson of this name or alias. */
export function sectionNamed(word: string): LessonName | undefined {
  const lower = word.toLowerCase()
  return lessonNames.find((name) => name === lower || contents[name].aliases.includes(lower))
}

/** The candidate that somebody who typed `word` may have meant; undefined where none is near. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const found = closest(word, [...candidates])
  return distance(word, found) <= Math.max(2, Math.floor(word.length / 3)) ? found : undefined
}

/** The sentence and the way out for a word that is not known. */
export function notKnown(
  what: string,
  word: string,
  candidates: readonly string[],
): [sentence: string, wayOut: string] {
  const close = nearest(word, candidates)
  return [
    `There is no ${what} ${JSON.stringify(word)}.`,
    close === undefined ? `there are ${[...new Set(candidates)].slice(0, 12).join(', ')}` : `did you mean ${close}?`,
  ]
}
