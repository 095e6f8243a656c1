import { $ as zx } from 'zx/core'
import type { Place } from '../cluster/place.ts'
import { quote } from '../cluster/quote.ts'

/** What a command printed and how it ended. */
export interface Printed {
  readonly command: string
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number
  readonly seconds: number
}

/** What a command of a lesson printed. */
export interface Output extends Printed {
  /** Runs it once more without showing it: kubectl's exec now and then loses output, so evidence is read again before it is doubted. */
  readonly again: () => Promise<Printed>
}

/** A command of a lesson: written, and not yet started. */
export interface Written {
  readonly command: string
  readonly run: (signal: AbortSignal) => Promise<Printed>
}

export type WriteCommand = (pieces: TemplateStringsArray, ...words: readonly string[]) => Written

/**
 * zx's `$`, held to one behaviour whatever ZX_* says: plain /bin/sh, POSIX quotes, nothing printed, no input, the lesson's folder and
 * cluster. A command does not start by being written: it is shown first.
 */
export function shellAt(place: Place, folder: string): WriteCommand {
  const shell = zx({
    shell: '/bin/sh',
    prefix: '',
    postfix: '',
    quote,
    quiet: true,
    verbose: false,
    nothrow: true,
    halt: true,
    detached: false,
    preferLocal: false,
    timeout: 0,
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: folder,
    env: place.env,
  })
  return (pieces, ...words) => {
    const { cmd } = shell(pieces, ...words)
    const run = async (signal: AbortSignal): Promise<Printed> => {
      await place.verifyUnchanged()
      const started = performance.now()
      const child = shell(pieces, ...words)
      const stop = () => void child.kill('SIGTERM').catch(() => {})
      signal.addEventListener('abort', stop, { once: true })
      try {
        if (signal.aborted) throw signal.reason
        const { stdout, stderr, exitCode } = await child.run()
        return {
          command: cmd,
          stdout,
          stderr,
          exitCode: exitCode ?? -1,
          seconds: (performance.now() - started) / 1000,
        }
      } finally {
        signal.removeEventListener('abort', stop)
      }
    }
    return { command: cmd, run }
  }
}
