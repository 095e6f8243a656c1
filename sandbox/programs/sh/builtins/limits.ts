import { ShellError } from '../control.ts'
import type { Builtin } from './builtin.ts'

export const umask: Builtin = async (shell, [mask]) => {
  const { process } = shell
  if (mask === undefined) await shell.print(`${process.umask.toString(8).padStart(4, '0')}\n`)
  else if (/^[0-7]{1,4}$/.test(mask)) process.umask = parseInt(mask, 8) & 0o777
  else throw new ShellError(`illegal mode: ${mask}`)
  return 0
}

/** Shows the one for open files, as it is in a container; what is to be set is taken note of nowhere. */
export const ulimit: Builtin = async (shell, [option, value]) => {
  if (value === undefined) await shell.print(option === '-n' ? '1048576\n' : 'unlimited\n')
  return 0
}
