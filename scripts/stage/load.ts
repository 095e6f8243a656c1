import type { LessonName } from '../contents.ts'
import type { Play } from './lesson.ts'

const lessons: Readonly<Record<LessonName, () => Promise<{ readonly default: Play }>>> = {
  secrets: () => import('../secrets.ts'),
  sidecar: () => import('../sidecar.ts'),
  storage: () => import('../storage.ts'),
  statefulset: () => import('../statefulset.ts'),
}

/** A lesson's script, loaded when it is to be played: the contents stay quick to read. */
export const load = async (lesson: LessonName): Promise<Play> => (await lessons[lesson]()).default
