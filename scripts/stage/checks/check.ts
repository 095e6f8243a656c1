/** What was looked for, what was seen, and whether they agree. */
export interface Verdict {
  readonly holds: boolean
  readonly expected: string
  readonly observed: string
  /** The command that lets a learner see for themselves. */
  readonly lookAt?: string
}

/**
 * Something that can be looked at: the subject of a claim, or what a wait waits for. `look` may be called any number of times. `settle`
 * waits cheaply until a look is worthwhile (a stream, a loop inside the container); without it the journal's next change is waited for.
 */
export interface Check {
  readonly what: string
  readonly subject?: string
  /** It is a Pod's readiness, and where its time went is worth telling. */
  readonly timed?: boolean
  readonly look: () => Verdict | Promise<Verdict>
  readonly settle?: (signal: AbortSignal) => Promise<void>
}

export const verdict = (holds: boolean, expected: string, observed: string, lookAt?: string): Verdict =>
  lookAt === undefined ? { holds, expected, observed } : { holds, expected, observed, lookAt }

/** A check of something that is already known and will not change. */
export const fact = (holds: boolean, expected: string, observed: string, lookAt?: string): Check => ({
  what: expected,
  look: () => verdict(holds, expected, observed, lookAt),
})

/** Two values that must be the same, byte for byte. */
export const equal = (expected: string, observed: string, lookAt?: string): Check =>
  fact(expected === observed, expected, observed, lookAt)

/** Holds when all parts hold; tells the first that does not, or what all of them showed. */
export const all = (...checks: readonly Check[]): Check => ({
  what: checks.map(({ what }) => what).join(', and '),
  look: async () => {
    // Side by side: a look may be an exec, and six in a row would hold the lesson up.
    const seen = await Promise.all(checks.map(async (check) => check.look()))
    const missed = seen.find(({ holds }) => !holds)
    if (missed !== undefined) return missed
    const lookAt = seen.find((one) => one.lookAt !== undefined)?.lookAt
    return verdict(
      true,
      seen.map(({ expected }) => expected).join('; '),
      seen.map(({ observed }) => observed).join('; '),
      lookAt,
    )
  },
})

/**
 * What a check shows now, for a claim that is made later: when it can no longer be seen, or to look while something else goes on.
 * Looks once more before it is doubted.
 */
export async function witnessed(check: Check): Promise<Check> {
  const look = async () => check.look()
  const none = (error: unknown) => verdict(false, check.what, error instanceof Error ? error.message : String(error))
  const first = await look().catch(none)
  const seen = first.holds ? first : await look().catch(none)
  return { what: check.what, look: () => seen }
}
