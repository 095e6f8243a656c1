/** Exit codes, as documented in the README and in `kubectl tour --help`. */
export const exit = {
  done: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  leftBehind: 4,
  hangup: 129,
  interrupted: 130,
  terminated: 143,
} as const

export type ExitCode = (typeof exit)[keyof typeof exit]

/** Something a user can act on: one sentence that says what is wrong, and a way out. Never shown with a stack trace. */
export class Problem extends Error {
  readonly exitCode: ExitCode
  readonly wayOut: string

  constructor(exitCode: ExitCode, sentence: string, wayOut = '', options?: ErrorOptions) {
    super(sentence, options)
    this.name = 'Problem'
    this.exitCode = exitCode
    this.wayOut = wayOut
  }
}

export const refused = (sentence: string, wayOut = '', options?: ErrorOptions) =>
  new Problem(exit.refused, sentence, wayOut, options)

export const misused = (sentence: string, wayOut = 'see kubectl tour --help') =>
  new Problem(exit.usage, sentence, wayOut)

/** The exit code that a run ends with: the first that applies of interruption, left behind, failed, refused. */
export function worst(codes: readonly number[]): number {
  const order: readonly number[] = [
    exit.hangup,
    exit.interrupted,
    exit.terminated,
    exit.leftBehind,
    exit.failed,
    exit.refused,
    exit.usage,
  ]
  return order.find((code) => codes.includes(code)) ?? codes.find((code) => code !== exit.done) ?? exit.done
}

export const sentenceOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
