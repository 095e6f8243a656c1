// export, readonly, local, unset, set, shift.
import { ShellError } from '../control.ts'
import { type Option, optionByLetter, optionNames } from '../options.ts'
import type { Shell } from '../shell.ts'
import { isName, shellQuoted, type Variable } from '../variables.ts'
import { type Builtin, options } from './builtin.ts'

function marking(
  word: 'export' | 'readonly',
  change: Partial<Variable>,
  shown: (variable: Variable) => boolean,
): Builtin {
  return async (shell, args) => {
    const { has, rest } = options(args, word === 'export' ? 'pnf' : 'pf')
    if (rest.length === 0) {
      for (const [name, variable] of shell.variables.entries()) {
        if (!shown(variable)) continue
        await shell.print(`${word} ${name}${variable.value === undefined ? '' : `=${shellQuoted(variable.value)}`}\n`)
      }
      return 0
    }
    for (const arg of rest) {
      const [name, value] = split(arg)
      if (!isName(name)) throw new ShellError(badName(shell, name, arg))
      const marks = has('n') ? { exported: false } : change
      if (value === undefined) shell.variables.mark(name, marks)
      else shell.variables.set(name, value, marks)
    }
    return 0
  }
}

const badName = ({ flavour }: Shell, name: string, arg: string) =>
  `${flavour === 'bash' ? arg : name}: bad variable name`

function split(arg: string): readonly [name: string, value: string | undefined] {
  const at = arg.indexOf('=')
  return at < 0 ? [arg, undefined] : [arg.slice(0, at), arg.slice(at + 1)]
}

export const exportBuiltin = marking('export', { exported: true }, ({ exported }) => exported)
export const readonlyBuiltin = marking('readonly', { readonly: true }, ({ readonly }) => readonly)

export const local: Builtin = async (shell, args) => {
  if (!shell.variables.inFunction) throw new ShellError('not in a function')
  for (const arg of args) {
    const [name, value] = split(arg)
    if (!isName(name)) throw new ShellError(`${name}: bad variable name`)
    shell.variables.local(name)
    if (value !== undefined) shell.variables.set(name, value)
    else if (shell.flavour === 'bash') shell.variables.unset(name)
  }
  return 0
}

export const unset: Builtin = async (shell, args) => {
  const { has, rest } = options(args, 'fv')
  for (const name of rest) {
    if (!isName(name)) throw new ShellError(`${name}: bad variable name`)
    if (has('f')) shell.functions.delete(name)
    else shell.variables.unset(name)
  }
  return 0
}

export const shift: Builtin = async (shell, [count = '1']) => {
  if (!/^\d+$/.test(count)) throw new ShellError(`Illegal number: ${count}`)
  if (Number(count) > shell.positional.length) {
    if (shell.flavour === 'dash') throw new ShellError("can't shift that many")
    return 1
  }
  shell.positional = shell.positional.slice(Number(count))
  return 0
}

export const set: Builtin = async (shell, args) => {
  if (args.length === 0) {
    for (const [name, { value }] of shell.variables.entries())
      if (value !== undefined) await shell.print(`${name}=${value === '' ? "''" : shellQuoted(value)}\n`)
    return 0
  }
  const rest = await setOptions(shell, args)
  if (rest !== undefined) shell.positional = rest
  return 0
}

/** set's arguments, and sh's own. The operands, where there are any (or a "--"). */
export async function setOptions(shell: Shell, args: readonly string[]): Promise<readonly string[] | undefined> {
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? ''
    if (arg === '--') return args.slice(at + 1)
    if (arg === '-') return args.slice(at + 1)
    if (!/^[-+]./.test(arg)) return args.slice(at)
    const on = arg.startsWith('-')
    for (const letter of arg.slice(1)) {
      if (letter !== 'o') {
        turn(shell, optionByLetter(letter), on, `-${letter}`)
        continue
      }
      const name = args[(at += 1)]
      const option = optionNames.find((known) => known === name)
      // Unlike a wrong letter it ends nothing.
      if (option === undefined && shell.flavour === 'ash') await shell.complain(`illegal option ${arg[0]}o ${name}`)
      else turn(shell, option, on, `-o ${name}`)
    }
  }
  return undefined
}

function turn(shell: Shell, option: Option | undefined, on: boolean, given: string): void {
  if (option === undefined || (option === 'pipefail' && shell.flavour === 'dash'))
    throw new ShellError(`illegal option ${given}`)
  if (on) shell.options.add(option)
  else shell.options.delete(option)
}
