import { Errno } from '../../../node/process.ts'
import { ShellError } from '../control.ts'
import type { Shell } from '../shell.ts'
import { type Builtin, options } from './builtin.ts'

/** Where the user thinks to be: $PWD while it is true, with the links as they were typed. */
export function workingDirectory(shell: Shell): string {
  const { cwd } = shell.process
  return shell.directory?.physical === cwd ? shell.directory.logical : cwd
}

/** The path with . and .. taken literally, as cd does without -P. */
export function logicalPath(from: string, path: string): string {
  const parts: string[] = []
  for (const part of (path.startsWith('/') ? path : `${from}/${path}`).split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}

export const cd: Builtin = async (shell, args) => {
  const { has, rest } = options(args, 'LP')
  const target = wanted(shell, rest[0])
  const from = workingDirectory(shell)
  const logical = logicalPath(from, target)
  try {
    await shell.process.chdir(has('P') ? target : logical)
  } catch (error) {
    if (!(error instanceof Errno)) throw error
    throw new ShellError(`can't cd to ${target}: ${error.message}`, shell.flavour === 'bash' ? 1 : 2)
  }
  shell.directory = { logical: has('P') ? shell.process.cwd : logical, physical: shell.process.cwd }
  shell.variables.set('OLDPWD', from)
  shell.variables.set('PWD', shell.directory.logical)
  if (rest[0] === '-') await shell.print(`${shell.directory.logical}\n`)
  return 0
}

function wanted(shell: Shell, given: string | undefined): string {
  if (given !== undefined && given !== '-') return given === '' ? '.' : given
  const name = given === undefined ? 'HOME' : 'OLDPWD'
  const value = shell.variables.get(name)
  if (value !== undefined) return value
  throw new ShellError(`${name} not set`, shell.flavour === 'dash' ? 2 : 1)
}

export const pwd: Builtin = async (shell, args) => {
  const { has } = options(args, 'LP')
  await shell.print(`${has('P') ? shell.process.cwd : workingDirectory(shell)}\n`)
  return 0
}
