import type { PromptObject } from 'prompts'
import { hasColour } from '../report/screen.ts'
import type { World } from './world.ts'

/** Thrown when a question is answered with Ctrl-C or Esc. */
export class Cancelled extends Error {}

/**
 * Asks one question with prompts. What was typed before it appears is no answer. Throws Cancelled for Ctrl-C; never called where nobody can
 * answer (canAsk), since prompts would wait for ever there.
 */
export async function ask<T>(
  { stdin, stdout, env }: Pick<World, 'stdin' | 'stdout' | 'env'>,
  question: Omit<PromptObject, 'name'>,
  colour: boolean,
): Promise<T> {
  // prompts knows no NO_COLOR: its colours are switched where it looks for them, and put back so that no child sees it.
  const before = env['FORCE_COLOR']
  if (!hasColour(stdout, env, colour)) env['FORCE_COLOR'] = '0'
  try {
    const { default: prompts } = await import('prompts')
    while (stdin.read() !== null);
    const { answer } = (await prompts({ ...question, name: 'answer', stdin, stdout })) as { answer?: T }
    if (answer === undefined) throw new Cancelled('cancelled')
    return answer
  } finally {
    if (before === undefined) delete env['FORCE_COLOR']
    else env['FORCE_COLOR'] = before
  }
}
