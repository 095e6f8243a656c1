import ora from 'ora'
import type { Ora } from 'ora'

/** What is being waited for, in one moving line with a clock; nothing at all where the stream is no terminal. */
export interface Spinner {
  /** `keys` stay in sight where the line is too long for the terminal. */
  readonly show: (text: string, keys?: string) => void
  readonly hide: () => void
}

export const still: Spinner = { show: () => {}, hide: () => {} }

/**
 * ora on standard error. It must not take the terminal's input (it would swallow Ctrl-C), and it never ends on a terminal of no columns.
 */
export function spinnerOn(stream: NodeJS.WriteStream, colour: boolean): Spinner {
  if (!stream.isTTY || !(stream.columns > 0)) return still
  let spinner: Ora | undefined
  let clock: NodeJS.Timeout | undefined
  let since = 0
  let what = ''
  let keys = ''
  const draw = () => {
    const seconds = Math.floor((performance.now() - since) / 1000)
    const text = seconds < 2 ? what : `${what} (${seconds} s)`
    const fitted = text.slice(0, Math.max(10, stream.columns - 4 - keys.length)) + keys
    if (spinner !== undefined) spinner.text = fitted
    else
      spinner = ora({
        text: fitted,
        stream,
        discardStdin: false,
        hideCursor: false,
        color: colour ? 'cyan' : false,
      }).start()
  }
  return {
    show: (text, pressed = '') => {
      what = text
      keys = pressed
      if (spinner === undefined) {
        since = performance.now()
        clock = setInterval(draw, 1000).unref()
      }
      draw()
    },
    hide: () => {
      clearInterval(clock)
      spinner?.stop()
      spinner = undefined
    },
  }
}
