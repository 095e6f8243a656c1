import { ShellError } from '../control.ts'
import { findProgram } from '../scripts.ts'
import type { Shell } from '../shell.ts'
import { type Builtin, options } from './builtin.ts'
import { cd, pwd } from './directory.ts'
import { echo } from './echo.ts'
import { breakBuiltin, continueBuiltin, evalBuiltin, exec, exit, returnBuiltin, source } from './flow.ts'
import { bg, fg, jobs, wait } from './jobs.ts'
import { kill } from './kill.ts'
import { ulimit, umask } from './limits.ts'
import { printf } from './printf.ts'
import { read } from './read.ts'
import { test } from './test.ts'
import { saidBy, type Tool } from './tool.ts'
import { trap } from './trap.ts'
import { exportBuiltin, local, readonlyBuiltin, set, shift, unset } from './variables.ts'

/** Those whose errors end a script, and before which assignments stay: POSIX 2.14. */
export const special: ReadonlySet<string> = new Set(
  'break : continue . eval exec exit export local readonly return set shift times trap unset source'.split(' '),
)

const status =
  (code: number): Builtin =>
  async () =>
    code

/** Of an applet inside of ash; elsewhere it is a builtin like all others. */
const saying = (shell: Shell) => (shell.flavour === 'ash' ? saidBy('sh') : (message: string) => shell.say(message))

/** What is a program as well, speaking for the shell. */
const tool =
  (name: string, run: Tool): Builtin =>
  (shell, args) =>
    run(shell.process, [name, ...args], saying(shell))

const killJobs: Builtin = async (shell, args) => {
  const pids = args.map((arg) => (arg.startsWith('%') ? String(pidOf(shell, arg)) : arg))
  // A group's negative number is no signal.
  if (args[0]?.startsWith('%') === true) pids.unshift('--')
  return kill(shell.process, ['kill', ...pids], saying(shell))
}

function pidOf(shell: Shell, spec: string): number {
  const pid = shell.jobs.find(spec)?.pids[0]
  if (pid === undefined) throw new ShellError(`${spec}: no such job`)
  return shell.options.has('monitor') ? -pid : pid
}

const history: Builtin = async (shell) => {
  for (const [number, line] of shell.history.entries()) await shell.print(`${String(number).padStart(4)} ${line}\n`)
  return 0
}

const keywords = new Set('! { } case do done elif else esac fi for function if in then until while'.split(' '))

/** What a name stands for, in type's words; a program's path. */
async function meaningOf(shell: Shell, name: string): Promise<string | undefined> {
  if (keywords.has(name)) return 'a shell keyword'
  const builtin = builtinOf(shell, name) !== undefined
  if (builtin && special.has(name)) return 'a special shell builtin'
  if (shell.functions.has(name)) return 'a function'
  return builtin ? 'a shell builtin' : findProgram(shell, name)
}

/** The status where a name stands for nothing. */
const unknown = ({ flavour }: Shell) => (flavour === 'bash' ? 1 : 127)

const type: Builtin = async (shell, names) => {
  let code = 0
  for (const name of names) {
    const meaning = await meaningOf(shell, name)
    if (meaning !== undefined) await shell.print(`${name} is ${meaning}\n`)
    else if (shell.flavour === 'bash') await shell.complain(`${name}: not found`)
    else await shell.print(`${name}: not found\n`)
    if (meaning === undefined) code = unknown(shell)
  }
  return code
}

const command: Builtin = async (shell, args) => {
  const { has, rest } = options(args, 'pvV')
  const [name] = rest
  if (name === undefined) return 0
  if (has('V')) return type(shell, [name])
  if (!has('v')) return shell.run.command(rest)
  const meaning = await meaningOf(shell, name)
  if (meaning === undefined) return unknown(shell)
  await shell.print(`${meaning.startsWith('a ') ? name : meaning}\n`)
  return 0
}

export const builtins: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ['.', source],
  [':', status(0)],
  ['[', tool('[', test)],
  ['[[', tool('[[', test)],
  ['bg', bg],
  ['break', breakBuiltin],
  ['cd', cd],
  ['chdir', cd],
  ['command', command],
  ['continue', continueBuiltin],
  ['echo', (shell, args) => echo(shell.process, ['echo', ...args], shell.flavour)],
  ['eval', evalBuiltin],
  ['exec', exec],
  ['exit', exit],
  ['export', exportBuiltin],
  ['false', status(1)],
  ['fg', fg],
  ['hash', status(0)],
  ['history', history],
  ['jobs', jobs],
  ['kill', killJobs],
  ['local', local],
  ['printf', tool('printf', printf)],
  ['pwd', pwd],
  ['read', read],
  ['readonly', readonlyBuiltin],
  ['return', returnBuiltin],
  ['set', set],
  ['shift', shift],
  ['source', source],
  ['test', tool('test', test)],
  ['trap', trap],
  ['true', status(0)],
  ['type', type],
  ['ulimit', ulimit],
  ['umask', umask],
  ['unset', unset],
  ['wait', wait],
])

/** What Debian's sh does not have. */
const notInDash: ReadonlySet<string> = new Set(['[[', 'history', 'source'])

export const builtinOf = ({ flavour }: Shell, name: string) =>
  flavour === 'dash' && notInDash.has(name) ? undefined : builtins.get(name)
