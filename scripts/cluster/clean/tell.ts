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
