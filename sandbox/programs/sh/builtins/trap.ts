import { ShellError } from '../control.ts'
import { signalNames, signalNumber } from '../signals.ts'
import { shellQuoted } from '../variables.ts'
import type { Builtin } from './builtin.ts'

export const trap: Builtin = async (shell, given) => {
  const args = given[0] === '--' ? given.slice(1) : given
  const [first] = args
  if (first !== undefined && /^-[^-]/.test(first)) throw new ShellError(`illegal option ${first}`)
  if (first === undefined) {
    for (const [number, action] of [...shell.traps.actions].toSorted(([a], [b]) => a - b)) {
      const name = signalNames[number] ?? ''
      await shell.print(
        `trap -- ${shellQuoted(action)} ${shell.flavour === 'bash' && number > 0 ? 'SIG' : ''}${name}\n`,
      )
    }
    return 0
  }
  const resets = first === '-' || args.length === 1 || /^\d+$/.test(first)
  const signals = resets && first !== '-' ? args : args.slice(1)
  let status = 0
  for (const signal of signals) {
    const number = signalNumber(signal)
    if (number === undefined) {
      await shell.complain(`${signal}: invalid signal specification`)
      status = 1
    } else shell.traps.set(number, resets ? undefined : first)
  }
  return status
}
