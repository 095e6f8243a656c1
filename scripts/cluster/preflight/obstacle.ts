/** Something that keeps a lesson from being played here, found before anything is written. */
export interface Obstacle {
  readonly topic: 'namespace' | 'rights' | 'storage' | 'quota' | 'limits' | 'names'
  readonly sentence: string
  readonly wayOut: string
}

/** What one look at the cluster found: obstacles refuse the lesson, notes are said and it plays. */
export interface Findings {
  readonly obstacles: readonly Obstacle[]
  readonly notes: readonly string[]
}

export const nothing: Findings = { obstacles: [], notes: [] }

export const together = (findings: readonly Findings[]): Findings => ({
  obstacles: findings.flatMap(({ obstacles }) => obstacles),
  notes: [...new Set(findings.flatMap(({ notes }) => notes))],
})

const either = new Intl.ListFormat('en-GB', { type: 'disjunction' })

/** "create, get or delete": a list within a sentence that denies. */
export const anyOf = (words: readonly string[]) => either.format(words)
