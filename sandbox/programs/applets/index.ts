import type { Process, Program } from '../../node/process.ts'
import { echo } from '../sh/builtins/echo.ts'
import { killCommand } from '../sh/builtins/kill.ts'
import { printf } from '../sh/builtins/printf.ts'
import { test } from '../sh/builtins/test.ts'
import type { Applet, Dialect } from './applet.ts'
import { chgrp, chmod, chown, touch } from './attributes.ts'
import { cat } from './cat.ts'
import { cp, ln, mv } from './copy-move.ts'
import { cut } from './cut.ts'
import { date } from './date.ts'
import { df, du, mount, stat } from './disk.ts'
import { env, printenv } from './environment.ts'
import { egrep, fgrep, grep } from './grep.ts'
import { head } from './head.ts'
import { ls } from './ls.ts'
import { mkdir, rm, rmdir } from './make-remove.ts'
import { killall, pgrep, pidof, pkill, ps, top } from './processes.ts'
import {
  basename,
  clear,
  dirname,
  falsity,
  hostname,
  mktemp,
  readlink,
  realpath,
  reset,
  seq,
  sleep,
  sync,
  tee,
  truth,
  usleep,
  which,
  yes,
} from './small.ts'
import { sed } from './sed.ts'
import { sort } from './sort.ts'
import { dmesg, free, groups, id, logname, nproc, stty, tty, uname, uptime, whoami } from './system.ts'
import { tail } from './tail.ts'
import { tr } from './tr.ts'
import { uniq } from './uniq.ts'
import { wc } from './wc.ts'
import { wget } from './wget.ts'

const own: readonly Applet[] = [
  ...[
    basename,
    cat,
    chgrp,
    chmod,
    chown,
    clear,
    cp,
    cut,
    date,
    df,
    dirname,
    dmesg,
    du,
    egrep,
    env,
    falsity,
    fgrep,
    free,
  ],
  ...[grep, groups, head, hostname, id, killall, ln, logname, ls, mkdir, mktemp, mount, mv, nproc, pgrep, pidof, pkill],
  ...[
    printenv,
    ps,
    readlink,
    realpath,
    reset,
    rm,
    rmdir,
    sed,
    seq,
    sleep,
    sort,
    stat,
    stty,
    sync,
    tail,
    tee,
    top,
    touch,
    tr,
  ],
  ...[truth, tty, uname, uniq, uptime, usleep, wc, wget, which, whoami, yes],
]

type Builtin = (process: Process, argv: readonly string[]) => Promise<number>

/** What the shell has built in, as programs of their own. */
const ofTheShell: readonly (readonly [name: string, builtin: Builtin])[] = [
  ['echo', echo],
  ['printf', printf],
  ['test', test],
  ['[', test],
  ['[[', test],
  ['kill', killCommand],
]

/** All of them by name, with the words of one family. */
export const appletsOf = (dialect: Dialect): ReadonlyMap<string, Program> =>
  new Map<string, Program>([
    ...own.map(({ name, program }) => [name, program(dialect)] as const),
    ...ofTheShell.map(([name, builtin]) => [name, (process: Process) => builtin(process, process.argv)] as const),
  ])
