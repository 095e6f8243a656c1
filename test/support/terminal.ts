import { closeSync, constants as files, openSync } from 'node:fs'
import { constants } from 'node:os'
import { type IPty, spawn } from '@lydell/node-pty'
import headless from '@xterm/headless'
import { visible, whole } from './screen.ts'

export interface Options {
  readonly command: readonly [program: string, ...args: string[]]
  /** Beside PATH, TERM and LANG, all that it is given. */
  readonly env?: NodeJS.ProcessEnv
  readonly cwd?: string
  readonly cols?: number
  readonly rows?: number
}

export interface Exit {
  readonly code: number
  readonly signal: NodeJS.Signals | null
}

export interface Terminal {
  readonly pid: number
  /** As if typed: see `keys` for those without a letter. */
  readonly type: (keys: string) => void
  /** What is visible now: lines without trailing blanks, and no empty ones at the end. */
  readonly screen: () => string
  /** The same, and all that has scrolled away above it. */
  readonly history: () => string
  /** Every byte that came, escape codes included. */
  readonly raw: () => string
  readonly cursor: () => { readonly x: number; readonly y: number }
  /** Waits until this is on the screen. Rejects with the screen, when it takes too long or the program ends before. */
  readonly waitFor: (wanted: string | RegExp, milliseconds?: number) => Promise<void>
  /** Once the program has ended and all that it wrote is on the screen. */
  readonly exit: Promise<Exit>
  readonly resize: (cols: number, rows: number) => void
  readonly kill: (signal?: NodeJS.Signals) => void
}

export const keys = {
  enter: '\r',
  escape: '\x1b',
  backspace: '\x7f',
  interrupt: '\x03',
  endOfInput: '\x04',
  suspend: '\x1a',
  up: '\x1b[A',
  down: '\x1b[B',
} as const

/** A program on a pseudo-terminal of its own, and an emulator that knows what a person would see there. */
export function terminal({ command: [program, ...args], env, cwd, cols = 80, rows = 24 }: Options): Terminal {
  const emulator = new headless.Terminal({ cols, rows, scrollback: 10_000, allowProposedApi: true })
  const pty: IPty = spawn(program, args, {
    // node-pty's own idea of TERM would win over that of env.
    name: env?.['TERM'] ?? 'xterm-256color',
    cols,
    rows,
    cwd: cwd ?? process.cwd(),
    env: { PATH: process.env['PATH'], TERM: 'xterm-256color', LANG: 'C.UTF-8', ...env },
  })
  const otherEnd = openOtherEnd(pty)
  const waiting = new Set<() => void>()
  let raw = ''
  let over = false
  const drawn = () => waiting.forEach((look) => look())

  pty.onData((data) => {
    raw += data
    emulator.write(data, drawn)
  })
  // A program that asks where the cursor is gets its answer.
  emulator.onData((answer) => over || pty.write(answer))

  const exit = new Promise<Exit>((resolve) => {
    pty.onExit(({ exitCode, signal }) => {
      over = true
      closeSync(otherEnd)
      emulator.write('', () => {
        drawn()
        resolve({ code: exitCode, signal: signalOf(signal) })
      })
    })
  })

  const waitFor = (wanted: string | RegExp, milliseconds = 10_000) =>
    new Promise<void>((resolve, reject) => {
      const settle = (end: () => void) => {
        clearTimeout(timer)
        waiting.delete(look)
        end()
      }
      const fail = (why: string) =>
        settle(() => reject(new Error(`${why} ${String(wanted)} was on the screen:\n${visible(emulator)}`)))
      const look = () => {
        const screen = visible(emulator)
        if (typeof wanted === 'string' ? screen.includes(wanted) : wanted.test(screen)) settle(resolve)
        else if (over) fail('the program ended before')
      }
      const timer = setTimeout(() => fail(`${milliseconds} ms passed before`), milliseconds)
      waiting.add(look)
      look()
    })

  return {
    pid: pty.pid,
    type: (typed) => pty.write(typed),
    screen: () => visible(emulator),
    history: () => whole(emulator),
    raw: () => raw,
    cursor: () => ({ x: emulator.buffer.active.cursorX, y: emulator.buffer.active.cursorY }),
    waitFor,
    exit,
    resize: (wide, high) => {
      emulator.resize(wide, high)
      pty.resize(wide, high)
    },
    kill: (signal = 'SIGHUP') => {
      if (!over) pty.kill(signal)
    },
  }
}

/**
 * The program's end of the pseudo-terminal, held open: when it closes with the program, Linux now and then forgets what
 * was written last. Without O_NOCTTY it would become this process's own terminal.
 */
function openOtherEnd(pty: IPty): number {
  const { ptsName } = pty as IPty & { readonly ptsName: string }
  return openSync(ptsName, files.O_RDWR | files.O_NOCTTY)
}

function signalOf(number: number | undefined): NodeJS.Signals | null {
  const found = Object.entries(constants.signals).find(([, value]) => value === number)
  return found ? (found[0] as NodeJS.Signals) : null
}
