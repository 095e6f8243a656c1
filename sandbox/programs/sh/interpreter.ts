import type { AndOr, ParsedScript, PipelineNode, Statement } from 'unbash'
import type { Shell } from './shell.ts'

export interface TextOptions {
  /** Nothing comes after it. */
  readonly last?: boolean
  /** -1 where the first line is to count as 0. By default the lines go on from where the shell is: eval. */
  readonly linesBefore?: number
}

/** What expansions and builtins need of the parts that run commands, which need them. */
export interface Interpreter {
  /** eval, traps, files that are sourced. */
  text(shell: Shell, text: string, options?: TextOptions): Promise<number>
  list(shell: Shell, statements: readonly Statement[], last?: boolean): Promise<number>
  /** `last`: nothing comes after it, so that a program may take the shell's place. */
  node(shell: Shell, node: PipelineNode | AndOr, last?: boolean): Promise<number>
  /** What was told to trap, for the signals that have come. */
  pendingTraps(shell: Shell): Promise<void>
  /** What $(...) prints. */
  substitution(shell: Shell, script: ParsedScript): Promise<string>
  /** A builtin or a program, but no function: command. */
  command(shell: Shell, argv: readonly string[]): Promise<number>
}
