import type { Process, Program } from '../../node/process.ts'
import { echo } from '../sh/builtins/echo.ts'
import { kill } from '../sh/builtins/kill.ts'
import { printf } from '../sh/builtins/printf.ts'
import { test } from '../sh/builtins/test.ts'
import type { Applet, Dialect } from './applet.ts'
import * as attributes from './attributes.ts'
import * as cat from './cat.ts'
import * as copying from './copy-move.ts'
import * as cut from './cut.ts'
import * as date from './date.ts'
import * as dd from './dd.ts'
import * as disk from './disk.ts'
import * as encoding from './encode.ts'
import * as environment from './environment.ts'
import * as find from './find.ts'
import * as grep from './grep.ts'
import * as head from './head.ts'
import * as ls from './ls.ts'
import * as removing from './make-remove.ts'
import * as network from './network.ts'
import * as processes from './processes.ts'
import * as running from './run.ts'
import * as sed from './sed.ts'
import * as small from './small.ts'
import * as sort from './sort.ts'
import * as system from './system.ts'
import * as tail from './tail.ts'
import * as tar from './tar.ts'
import * as tr from './tr.ts'
import * as uniq from './uniq.ts'
import * as wc from './wc.ts'
import * as wget from './wget.ts'

const modules: readonly Readonly<Record<string, unknown>>[] = [
  attributes,
  cat,
  copying,
  cut,
  date,
  dd,
  disk,
  encoding,
  environment,
  find,
  grep,
  head,
  ls,
  removing,
  network,
  processes,
  running,
  sed,
  small,
  sort,
  system,
  tail,
  tar,
  tr,
  uniq,
  wc,
  wget,
]

const isApplet = (value: unknown): value is Applet => typeof value === 'object' && value !== null && 'program' in value

/** Whatever these files export as an applet. */
const own = modules.flatMap((module) => Object.values(module)).filter(isApplet)

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
