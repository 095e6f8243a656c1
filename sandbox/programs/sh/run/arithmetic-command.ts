import type { ArithmeticCommand, ArithmeticFor } from 'unbash'
import { parse } from 'unbash'
import { ShellError } from '../control.ts'
import { Expander } from '../expand/words.ts'
import type { Interpreter } from '../interpreter.ts'
import type { Shell } from '../shell.ts'
import type { Turn } from './evaluator.ts'
import { forked } from './fork.ts'
import { foreground } from './pipeline.ts'

/** ((...)): bash calculates; to the others it is a subshell in a subshell. */
export async function arithmeticCommand(
  shell: Shell,
  interpreter: Interpreter,
  { body }: ArithmeticCommand,
): Promise<number> {
  if (shell.flavour === 'bash') return (await calculated(shell, interpreter, body)) === 0n ? 1 : 0
  return foreground(
    shell,
    [await forked(shell, interpreter, (sub) => interpreter.text(sub, body, { last: true }))],
    body,
  )
}

/** for ((...; ...; ...)), which is bash's alone. */
export function arithmeticFor(
  shell: Shell,
  interpreter: Interpreter,
  { initialize, test, update, body }: ArithmeticFor,
): (turn: Turn) => Promise<number | undefined> {
  if (shell.flavour !== 'bash') throw new ShellError('syntax error: bad for loop variable')
  const part = async (expression: ArithmeticFor['test'], otherwise: bigint) =>
    expression === undefined
      ? otherwise
      : calculated(shell, interpreter, shell.source.slice(expression.pos, expression.end))
  let before = initialize
  let status = 0
  return async (turn) => {
    await part(before, 0n)
    before = update
    if ((await part(test, 1n)) === 0n) return status
    status = await turn(() => interpreter.list(shell, body.commands))
    return undefined
  }
}

async function calculated(shell: Shell, interpreter: Interpreter, body: string): Promise<bigint> {
  const command = parse(`: $((${body}))`).commands[0]?.command
  const word = command?.type === 'Command' ? command.suffix[0] : undefined
  if (word?.type !== 'Word') throw new ShellError('arithmetic syntax error')
  return BigInt(await new Expander(shell, interpreter).text(word))
}
