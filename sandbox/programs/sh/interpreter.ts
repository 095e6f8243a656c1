import type { AndOr, ParsedScript, PipelineNode, Statement } from 'unbash'
import type { Shell } from './shell.ts'

/** What expansions and builtins need of the parts that run commands, which need them. */
export interface Interpreter {
  /** eval, traps, files that are sourced: command by command. */
  text(shell: Shell, text: string, last?: boolean): Promise<number>
  list(shell: Shell, statements: readonly Statement[], last?: boolean): Promise<number>
  /** `last`: nothing comes after it, so that a program may take the shell's place. */
  node(shell: Shell, node: PipelineNode | AndOr, last?: boolean): Promise<number>
  /** What $(...) prints. */
  substitution(shell: Shell, script: ParsedScript): Promise<string>
  /** A builtin or a program, but no function: command. */
  command(shell: Shell, argv: readonly string[]): Promise<number>
}
