import { exit, Problem } from '../cluster/problem.ts'
import { leavable } from './interrupt.ts'
import { parse } from './parse.ts'
import type { World } from './world.ts'
import { complain } from './world.ts'

/** Runs the program: argv without node and the script in, exit code out. What it imports is loaded by the command that needs it. */
export async function main(argv: readonly string[], world: World): Promise<number> {
  // A reader that goes away (| head) must not keep a command from doing its work and putting things in order.
  for (const stream of [world.stdout, world.stderr]) stream.on('error', () => {})
  try {
    return await dispatch(argv, world)
  } catch (error) {
    if (!(error instanceof Problem)) {
      complain(
        world,
        `kubectl tour has a fault of its own: ${error instanceof Error ? error.message : String(error)}`,
        'run it again with DEBUG=1 and report what it says',
      )
      if (world.env['DEBUG'] !== undefined) world.stderr.write(`${error instanceof Error ? error.stack : ''}\n`)
      return exit.failed
    }
    complain(world, error.message, error.wayOut)
    if (world.env['DEBUG'] !== undefined)
      world.stderr.write(`${error.stack}\n${error.cause instanceof Error ? error.cause.stack : ''}\n`)
    return error.exitCode
  }
}

async function dispatch(argv: readonly string[], world: World): Promise<number> {
  const command = parse(argv)
  switch (command.command) {
    case 'help':
      world.stdout.write(command.text)
      return exit.done
    case 'mistake':
      complain(world, command.sentence, command.wayOut)
      return exit.usage
    case 'list':
      return (await import('./list.ts')).list(command, world)
    case 'version':
      return (await import('./version.ts')).version(command, world)
    case 'completion':
      return (await import('./completion.ts')).completion(command, world)
    case 'menu':
      return (await import('./menu.ts')).menu(command, world)
    case 'play':
      return (await import('./play.ts')).play(command, world)
    case 'clean':
      return leavable(world, 'Stopped. Run kubectl tour clean again for what is left.', async () =>
        (await import('./clean.ts')).clean(command, world),
      )
    case 'status':
      return leavable(world, 'Stopped.', async () => (await import('./status.ts')).status(command, world))
    case 'sandbox':
      return (await import('./sandbox.ts')).sandbox(command, world)
    case 'doctor':
      return leavable(world, 'Stopped.', async () => (await import('./doctor.ts')).doctor(command, world))
  }
}
