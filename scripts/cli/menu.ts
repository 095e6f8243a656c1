import { contents, lessonNames } from '../contents.ts'
import { exit } from '../cluster/problem.ts'
import { ask, Cancelled } from './ask.ts'
import type { Command, Play } from './command.ts'
import { list } from './list.ts'
import { play } from './play.ts'
import type { World } from './world.ts'
import { canAsk } from './world.ts'

/** `kubectl tour` alone: a menu on a terminal, else the list. */
export async function menu(command: Extract<Command, { command: 'menu' }>, world: World): Promise<number> {
  if (!canAsk(world, command.input)) return list({ json: command.json }, world)
  const lessons = lessonNames.map((name) => ({
    title: contents[name].title,
    description: contents[name].summary,
    value: [name],
  }))
  const choices = [...lessons, { title: 'All four', description: 'One after another', value: [...lessonNames] }]
  try {
    const sections = await ask<Play['sections']>(
      world,
      { type: 'select', message: 'What shall it be?', choices, initial: 0 },
      command.colour,
    )
    return await play({ ...command, command: 'play', sections }, world)
  } catch (error) {
    // Leaving a menu is no failure.
    if (error instanceof Cancelled) return exit.done
    throw error
  }
}
