// Simple commands: evalcommand in shell/ash.c.
import type { Command } from 'unbash'
import { Errno } from '../../../node/process.ts'
import { Exit, Return, ShellError } from '../control.ts'
import type { Builtin } from '../builtins/builtin.ts'
import { builtinOf, special } from '../builtins/index.ts'
import { Expander } from '../expand/words.ts'
import type { Shell, ShellFunction } from '../shell.ts'
import { findProgram, runFile } from '../scripts.ts'
import { mayNotFork } from './fork.ts'
import { aside, foreground, groupFor } from './pipeline.ts'
import { redirected } from './redirect.ts'

type Assigned = ReadonlyMap<string, string>

export async function runSimple(shell: Shell, node: Command, last: boolean): Promise<number> {
  shell.substituted = 0
  const words = new Expander(shell)
  const argv = node.name === undefined ? [] : await words.fields([node.name])
  for (const arg of await words.declarations(node.args)) argv.push(arg)
  const [name = ''] = argv
  const work = async () => {
    const assigned = new Map<string, string>()
    for (const part of node.prefix) {
      if (part.type !== 'Assignment') continue
      const [variable, value] = await words.assignment(part)
      if (argv.length === 0) assign(shell, variable, value)
      assigned.set(variable, value)
    }
    if (shell.options.has('xtrace')) await trace(shell, assigned, argv)
    return argv.length === 0 ? shell.substituted : invoke(shell, argv, assigned, last)
  }
  return redirected(shell, node.redirects, work, special.has(name) && shell.flavour !== 'bash')
}

function assign(shell: Shell, name: string, value: string): void {
  shell.variables.set(name, value, shell.options.has('allexport') ? { exported: true } : {})
}

async function trace(shell: Shell, assigned: Assigned, argv: readonly string[]): Promise<void> {
  const prompt = shell.variables.get('PS4') ?? '+ '
  const safe = (text: string) =>
    shell.flavour === 'dash' || /^[+,./0-9:@A-Z\]^_a-z-]*$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`
  const parts = [...[...assigned].map(([name, value]) => `${name}=${safe(value)}`), ...argv.map(safe)]
  await shell.print(`${prompt}${parts.join(' ')}\n`, 2)
}

async function invoke(shell: Shell, argv: readonly string[], assigned: Assigned, last: boolean): Promise<number> {
  const [name = ''] = argv
  const builtin = builtinOf(shell, name)
  if (builtin !== undefined && special.has(name)) {
    for (const [variable, value] of assigned) assign(shell, variable, value)
    return invokeBuiltin(shell, builtin, argv, true)
  }
  const called = shell.functions.get(name)
  if (called !== undefined) return during(shell, assigned, () => callFunction(shell, called, argv))
  if (builtin === undefined) return invokeProgram(shell, argv, assigned, last && !shell.traps.any)
  return during(shell, assigned, () => invokeBuiltin(shell, builtin, argv, false))
}

/** Variables that are set, and exported, for one command only. */
async function during(shell: Shell, assigned: Assigned, work: () => Promise<number>): Promise<number> {
  const before = [...assigned.keys()].map((name) => [name, shell.variables.peek(name)] as const)
  try {
    for (const [name, value] of assigned) shell.variables.set(name, value, { exported: true })
    return await work()
  } finally {
    for (const [name, variable] of before) shell.variables.restore(name, variable)
  }
}

/** `fatal`: of a special builtin, whose errors a shell without a person at it does not survive. */
export function invokeBuiltin(
  shell: Shell,
  builtin: Builtin,
  [name = '', ...args]: readonly string[],
  fatal: boolean,
): Promise<number> {
  return shell.with({ builtin: name }, async () => {
    try {
      return await builtin(shell, args)
    } catch (error) {
      if (error instanceof Errno) {
        if (shell.flavour === 'ash') shell.builtin = undefined
        await shell.complain(`write error: ${error.message}`)
        return 1
      }
      if (!(error instanceof ShellError)) throw error
      await shell.tell(error)
      if (fatal && !shell.interactive && shell.flavour !== 'bash') throw new Exit(error.status)
      return error.status
    }
  })
}

function callFunction(shell: Shell, { body, ...place }: ShellFunction, argv: readonly string[]): Promise<number> {
  const [functionName = '', ...positional] = argv
  const state = { ...place, positional, functionName, loops: 0, position: shell.position }
  return shell.deeper(state, async () => {
    shell.variables.enter()
    try {
      return await (body.type === 'CompoundList' ? shell.run.list(body.commands) : shell.run.node(body))
    } catch (error) {
      if (!(error instanceof Return)) throw error
      return error.status
    } finally {
      shell.variables.leave()
    }
  })
}

/** A program, in a process of its own, or instead of the shell. */
export async function invokeProgram(
  shell: Shell,
  argv: readonly string[],
  assigned: Assigned,
  instead: boolean,
): Promise<number> {
  const env = new Map([...shell.variables.environment(), ...assigned])
  try {
    if (instead) throw new Exit(await shell.process.exec(argv, { env }))
    const child = await mayNotFork(() => shell.process.spawn(argv, { env, ...groupFor(shell) }))
    return await foreground(shell, [child], argv.join(' '))
  } catch (error) {
    if (!(error instanceof Errno)) throw error
    if (error.code === 'ENOEXEC') return runScript(shell, argv)
    await shell.complain(await notRun(shell, argv[0] ?? '', error))
    return error.code === 'ENOENT' || error.code === 'ENOTDIR' ? 127 : 126
  }
}

/** A file without #!: the shell reads it itself, in a copy of its own. */
async function runScript(shell: Shell, argv: readonly string[]): Promise<number> {
  const [name = '', ...positional] = argv
  const path = (await findProgram(shell, name)) ?? name
  const work = (sub: Shell) => {
    sub.positional = positional
    sub.builtin = undefined
    return runFile(sub, path)
  }
  return aside(shell, work, argv.join(' '))
}

async function notRun({ flavour, process }: Shell, name: string, { code, message }: Errno): Promise<string> {
  const missing = code === 'ENOENT' || code === 'ENOTDIR'
  if (flavour !== 'bash') return `${name}: ${missing ? 'not found' : message}`
  if (missing) return `${name}: ${name.includes('/') ? message : 'command not found'}`
  const stat = await process.files.stat(name).catch(() => undefined)
  return `${name}: ${stat?.type === 'directory' ? 'Is a directory' : message}`
}
