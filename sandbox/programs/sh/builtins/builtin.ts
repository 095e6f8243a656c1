import type { Shell } from '../shell.ts'

/** What the shell does itself. Errors that it throws are printed under its name. */
export type Builtin = (shell: Shell, args: readonly string[]) => Promise<number>

export interface Given {
  /** Letters, with their values. */
  readonly given: ReadonlyMap<string, string>
  readonly rest: readonly string[]
  readonly wrong?: string
}

/** Options in front of the operands; "--" ends them. `valued`: letters that take a value. */
export function options(args: readonly string[], known: string, valued = ''): Given {
  const given = new Map<string, string>()
  let at = 0
  for (; /^-./.test(args[at] ?? ''); at += 1) {
    const arg = args[at] ?? ''
    if (arg === '--') return { given, rest: args.slice(at + 1) }
    for (let index = 1; index < arg.length; index += 1) {
      const letter = arg[index] ?? ''
      if (valued.includes(letter)) {
        given.set(letter, arg.slice(index + 1) || (args[(at += 1)] ?? ''))
        break
      }
      if (!known.includes(letter)) return { given, rest: args.slice(at), wrong: letter }
      given.set(letter, '')
    }
  }
  return { given, rest: args.slice(at) }
}
