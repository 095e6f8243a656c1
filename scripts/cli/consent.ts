import type { Api } from '../cluster/api.ts'
import { locality } from '../cluster/locality.ts'
import { exit, Problem, refused } from '../cluster/problem.ts'
import type { Target } from '../cluster/target.ts'
import { ask, Cancelled } from './ask.ts'
import type { World } from './world.ts'
import { canAsk } from './world.ts'

interface Asking {
  readonly yes: boolean
  readonly input: boolean
  readonly colour: boolean
  readonly auto?: boolean
}

/** A cluster that is not known to be local is played on only where somebody says so: by typing the context's name, or with --yes. */
export async function verifyConsent(
  api: Api,
  target: Target,
  { yes, input, colour, auto }: Asking,
  world: World,
): Promise<void> {
  if (yes) return
  const { local } = await locality(api, target)
  if (local) return
  const { context, server } = target.shown
  if (auto === true || !canAsk(world, input))
    throw refused(`${context} (${server}) is not known to be a local cluster.`, 'pass --yes if the tour may play there')
  world.stdout.write(`${context} (${server}) is not known to be a local cluster.\n`)
  try {
    const typed = await ask<string>(world, { type: 'text', message: `Type the context's name to play there` }, colour)
    if (typed.trim() !== context)
      throw refused('That is not its name, so nothing was done.', 'choose another cluster with --context')
  } catch (error) {
    if (error instanceof Cancelled) throw new Problem(exit.refused, 'Nothing was done.')
    throw error
  }
}
