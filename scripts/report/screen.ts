import { styleText } from 'node:util'
import wrapAnsi from 'wrap-ansi'

/** A stream as far as the reports need one. */
export interface Out {
  readonly write: (text: string) => boolean
  readonly isTTY?: boolean
  readonly columns?: number
}

type Style = Parameters<typeof styleText>[0]

/** How one stream is written on: its width, its colours, and the few signs that are not letters. */
export interface Screen {
  readonly width: number
  readonly line: (text?: string) => void
  readonly paint: (style: Style, text: string) => string
  /** Prose, in lines of at most 78 columns. */
  readonly wrap: (text: string, indent?: string) => string
  readonly signs: {
    readonly good: string
    readonly bad: string
    readonly note: string
    readonly absent: string
    readonly doubt: string
  }
}

const unicode = { good: '✔', bad: '✘', note: '•', absent: '–', doubt: '…' }
const ascii = { good: '+', bad: 'x', note: '*', absent: '-', doubt: '!' }

export function screenOn(out: Out, env: NodeJS.ProcessEnv, colour: boolean): Screen {
  const columns = out.isTTY === true && out.columns !== undefined && out.columns > 0 ? out.columns : 80
  const width = Math.max(20, Math.min(78, columns - 1))
  const paint = (style: Style, text: string) =>
    hasColour(out, env, colour) ? styleText(style, text, { validateStream: false }) : text
  return {
    width,
    paint,
    line: (text = '') => void out.write(`${text}\n`),
    wrap: (text, indent = '') =>
      wrapAnsi(text, width - indent.length, { hard: false })
        .split('\n')
        .map((each) => (each === '' ? each : indent + each))
        .join('\n'),
    signs: speaksUnicode(env) ? unicode : ascii,
  }
}

/** NO_COLOR, TERM=dumb, a pipe and --no-color turn colour off; FORCE_COLOR turns it on for a pipe. */
export function hasColour(out: Out, env: NodeJS.ProcessEnv, asked: boolean): boolean {
  if (!asked || (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb') return false
  if (['0', 'false'].includes(env['FORCE_COLOR'] ?? '')) return false
  return out.isTTY === true || (env['FORCE_COLOR'] ?? '') !== ''
}

function speaksUnicode(env: NodeJS.ProcessEnv): boolean {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || 'UTF-8'
  return /utf-?8/i.test(locale) && env['TERM'] !== 'linux'
}
