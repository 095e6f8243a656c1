import type { Process, Program } from '../../node/process.ts'
import { echo } from '../sh/builtins/echo.ts'
import { kill } from '../sh/builtins/kill.ts'
import { printf } from '../sh/builtins/printf.ts'
import { test } from '../sh/builtins/test.ts'
import * as all from './all.ts'
import type { Applet, Dialect } from './applet.ts'

const isApplet = (value: unknown): value is Applet => typeof value === 'object' && value !== null && 'program' in value

/** Whatever these files export as an applet. */
const own = Object.values<unknown>(all).filter(isApplet)

type Builtin = (process: Process, argv: readonly string[]) => Promise<number>

/** What the shell has built in, as programs of their own. */
const ofTheShell: readonly (readonly [name: string, builtin: Builtin])[] = [
  ['echo', echo],
  ['printf', printf],
  ['test', test],
  ['[', test],
  ['[[', test],
  ['kill', kill],
]

/** All of them by name, with the words of one family. */
export const appletsOf = (dialect: Dialect): ReadonlyMap<string, Program> =>
  new Map<string, Program>([
    ...own.map(({ name, program }) => [name, program(dialect)] as const),
    ...ofTheShell.map(([name, builtin]) => [name, (process: Process) => builtin(process, process.argv)] as const),
  ])
