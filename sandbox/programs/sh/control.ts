class Leaving extends Error {
  readonly status: number
  constructor(status: number) {
    super(`status ${status}`)
    this.status = status
  }
}

/** The shell is to end: exit, errexit, or what exec became has ended. */
export class Exit extends Leaving {}

/** return: out of the function or the sourced file. */
export class Return extends Leaving {}

/** break and continue, out of as many loops as are left. */
export class LoopExit extends Error {
  readonly kind: 'break' | 'continue'
  readonly loops: number
  constructor(kind: 'break' | 'continue', loops: number) {
    super(kind)
    this.kind = kind
    this.loops = loops
  }
}

/** An error after which a shell without a person at it does not go on. */
export class ShellError extends Error {
  status: number
  /** Whether it has been printed: where it happened, so that it tells the right line. */
  told = false
  constructor(message: string, status = 2) {
    super(message)
    this.status = status
  }
}

/** A redirection that failed: the command is not run, but the shell goes on. */
export class RedirectError extends ShellError {}

/** ^C at the prompt, or in what an interactive shell runs itself. */
export class Interrupted extends Error {}
