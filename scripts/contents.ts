/** The lessons in their order, and what a kubectl user might call them. Loads none of them: help and completion stay quick. */
export const lessonNames = ['secrets', 'sidecar', 'storage', 'statefulset'] as const

export type LessonName = (typeof lessonNames)[number]

interface Entry {
  readonly title: string
  readonly summary: string
  readonly minutes: number
  readonly aliases: readonly string[]
  /** The prefix of the lesson's rows and how many there are: S1 to S12. */
  readonly rows: readonly [prefix: string, count: number]
}

export const contents: Readonly<Record<LessonName, Entry>> = {
  secrets: {
    title: 'ConfigMaps and Secrets',
    summary: 'Configuration that stays out of the image, and what happens when it changes',
    minutes: 6,
    aliases: ['secret', 'configmaps', 'configmap', 'cm'],
    rows: ['S', 12],
  },
  sidecar: {
    title: 'Pods with more than one container',
    summary: 'What containers of one Pod share, and what they do not',
    minutes: 5,
    aliases: ['sidecars', 'pods', 'pod', 'po'],
    rows: ['M', 10],
  },
  storage: {
    title: 'Persistent storage',
    summary: 'Volumes that outlive their Pods, and a Postgres on one of them',
    minutes: 4,
    aliases: ['pvc', 'pvcs', 'pv', 'pvs', 'volumes', 'postgres'],
    rows: ['P', 8],
  },
  statefulset: {
    title: 'StatefulSets',
    summary: 'A name, an order and a disk for every replica',
    minutes: 6,
    aliases: ['statefulsets', 'sts'],
    rows: ['T', 11],
  },
}

/** S1, S2, ... as lesson/claims.md numbers them. */
export function rowsOf(lesson: LessonName): readonly string[] {
  const [prefix, count] = contents[lesson].rows
  return Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`)
}

/** What comes after this lesson, if anything does. */
export function lessonAfter(lesson: LessonName): LessonName | undefined {
  return lessonNames[lessonNames.indexOf(lesson) + 1]
}
