import { parseOptions, WrongOption } from '../../applets/options.ts'
import { ShellError } from '../control.ts'
import type { Shell } from '../shell.ts'

/** What the shell does itself. Errors that it throws are printed under its name. */
export type Builtin = (shell: Shell, args: readonly string[]) => Promise<number>

/** Options in front of the operands, as getopt writes them, in the words of ash's nextopt. */
export function options(args: readonly string[], spec: string) {
  try {
    const { words: rest, options: given } = parseOptions(args, `+${spec}`, {})
    return { has: (letter: string) => given.has(letter), value: (letter: string) => given.get(letter)?.at(-1), rest }
  } catch (error) {
    if (!(error instanceof WrongOption)) throw error
    const letter = /'(.)/.exec(error.message)?.[1] ?? ''
    const lacks = error.message.startsWith('option requires')
    throw new ShellError(lacks ? `no arg for -${letter} option` : `illegal option -${letter}`)
  }
}
