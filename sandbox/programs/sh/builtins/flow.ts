// What changes which command comes next.
import { Errno } from '../../../node/process.ts'
import { Exit, LoopExit, Return, ShellError } from '../control.ts'
import { candidates } from '../scripts.ts'
import type { Shell } from '../shell.ts'
import type { Builtin } from './builtin.ts'

function looping(kind: 'break' | 'continue'): Builtin {
  return async (shell, [count = '1']) => {
    if (!/^\d+$/.test(count) || Number(count) === 0) throw new ShellError(`Illegal number: ${count}`)
    if (shell.loops > 0) throw new LoopExit(kind, Number(count))
    return 0
  }
}

export const breakBuiltin = looping('break')
export const continueBuiltin = looping('continue')

function statusIn(shell: Shell, text: string | undefined): number {
  if (text === undefined) return shell.status
  if (!/^-?\d+$/.test(text)) throw new ShellError(`Illegal number: ${text}`)
  return Number(text) & 255
}

export const exit: Builtin = async (shell, [status]) => {
  throw new Exit(statusIn(shell, status))
}

export const returnBuiltin: Builtin = async (shell, [status]) => {
  throw new Return(statusIn(shell, status))
}

export const evalBuiltin: Builtin = (shell, args) =>
  shell.deeper(shell.flavour === 'bash' ? { builtin: undefined } : {}, () => shell.run.text(args.join(' ')))

/** . FILE [ARG]... */
export const source: Builtin = async (shell, [name, ...positional]) => {
  if (name === undefined) throw new ShellError('filename argument required')
  const { text, path } = await fileFor(shell, name)
  const state = { loops: 0, file: path, builtin: undefined, ...(positional.length > 0 ? { positional } : {}) }
  try {
    return await shell.deeper(state, () => shell.run.text(text, { linesBefore: 0 }))
  } catch (error) {
    if (!(error instanceof Return)) throw error
    return error.status
  }
}

async function fileFor(shell: Shell, name: string): Promise<{ text: string; path: string }> {
  const slash = name.includes('/')
  const paths = [...candidates(shell, name), ...(shell.flavour === 'bash' ? [name] : [])]
  let failure: Errno | undefined
  for (const path of paths) {
    try {
      return { text: new TextDecoder().decode(await shell.process.files.read(path)), path }
    } catch (error) {
      if (!(error instanceof Errno)) throw error
      failure = error
    }
  }
  if (shell.flavour === 'bash') shell.builtin = undefined
  throw new ShellError(
    slash || shell.flavour === 'bash' ? `can't open '${name}': ${failure?.message ?? ''}` : `${name}: not found`,
  )
}

/** Takes the shell's place; without a command, its redirections stay. */
export const exec: Builtin = async (shell, args) => {
  if (args.length === 0) {
    shell.keepRedirections = true
    return 0
  }
  try {
    throw new Exit(await shell.process.exec(args, { env: shell.variables.environment() }))
  } catch (error) {
    if (!(error instanceof Errno)) throw error
    const missing = error.code === 'ENOENT'
    await shell.complain(`${args[0]}: ${missing ? 'not found' : error.message}`)
    throw new Exit(missing ? 127 : 126)
  }
}
