/** How cleaning says what it is doing. */
export type Tell = (state: 'started' | 'progress' | 'done' | 'failed', now: string) => void

export interface Cleaning {
  readonly tell: Tell
  /** Milliseconds for all of it. */
  readonly budget?: number
  readonly signal?: AbortSignal
}

/** Milliseconds that cleaning may take when nobody says otherwise. */
export const budgetFor = ({ budget }: Cleaning) => budget ?? 120_000

/** What is left after cleaning: looked for, not assumed. */
export interface CleanOutcome {
  readonly objects: number | null
  /** Volumes left, or null where this user may not see volumes. */
  readonly volumes: number | null
  /** One sentence for each thing left behind. */
  readonly left: readonly string[]
  readonly namespace: string
  readonly own: boolean
}
