import type { Interpreter } from '../interpreter.ts'
import type { Shell } from '../shell.ts'

/** What the shell does itself. Errors that it throws are printed under its name. */
export type Builtin = (shell: Shell, args: readonly string[], interpreter: Interpreter) => Promise<number>

/** Letters of options in front of the operands; "--" ends them. */
export function options(
  args: readonly string[],
  known: string,
): { readonly given: ReadonlySet<string>; readonly rest: readonly string[]; readonly wrong?: string } {
  const given = new Set<string>()
  let first = 0
  for (; /^-./.test(args[first] ?? ''); first += 1) {
    const arg = args[first] ?? ''
    if (arg === '--') return { given, rest: args.slice(first + 1) }
    for (const letter of arg.slice(1)) {
      if (!known.includes(letter)) return { given, rest: args.slice(first), wrong: letter }
      given.add(letter)
    }
  }
  return { given, rest: args.slice(first) }
}
