import type { LessonName } from '../contents.ts'
import { contents, lessonNames } from '../contents.ts'

/** Every word that argv may hold, beside flags. */
export const words = {
  commands: ['list', 'clean', 'status', 'doctor', 'sandbox', 'completion', 'version'] as readonly string[],
  sections: [...lessonNames.flatMap((name) => [name, ...contents[name].aliases]), 'all'] as readonly string[],
  sandbox: ['start', 'status', 'stop'] as readonly string[],
  shells: ['bash', 'zsh', 'fish'] as readonly string[],
  images: ['busybox', 'nginx', 'postgres'] as readonly string[],
}

/** The lesson of this name or alias. */
export function sectionNamed(word: string): LessonName | undefined {
  const lower = word.toLowerCase()
  return lessonNames.find((name) => name === lower || contents[name].aliases.includes(lower))
}
