import ora from 'ora'
import type { Ora } from 'ora'

/** What is being waited for, in one moving line; nothing at all where the stream is no terminal. */
export interface Spinner {
  readonly show: (text: string) => void
  readonly hide: () => void
}

export const still: Spinner = { show: () => {}, hide: () => {} }

/**
 * ora on standard error. It must not take the terminal's input (it would swallow Ctrl-C), and it never ends on a terminal of no columns.
 */
export function spinnerOn(stream: NodeJS.WriteStream, colour: boolean): Spinner {
  if (!stream.isTTY || !(stream.columns > 0)) return still
  let spinner: Ora | undefined
  return {
    show: (text) => {
      const fitted = text.slice(0, Math.max(10, stream.columns - 4))
      if (spinner !== undefined) spinner.text = fitted
      else spinner = ora({ text: fitted, stream, discardStdin: false, hideCursor: false, color: colour ? 'cyan' : false }).start()
    },
    hide: () => {
      spinner?.stop()
      spinner = undefined
    },
  }
}
