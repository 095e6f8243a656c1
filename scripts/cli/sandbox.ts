import { spawn } from 'node:child_process'
import type { Sandbox } from '../../sandbox/client.ts'
import { Homeless, running, start, startInBackground } from '../../sandbox/client.ts'
import { exit, refused } from '../cluster/problem.ts'
import { quote } from '../cluster/quote.ts'
import type { SandboxCommand } from './command.ts'
import { notStarted } from './where.ts'
import type { World } from './world.ts'

/** `kubectl tour sandbox`: the cluster that comes along, without a lesson in it. */
export async function sandbox({ action, exported }: SandboxCommand, world: World): Promise<number> {
  const { stdout } = world
  switch (action) {
    case 'shell':
      return shell(world)
    case 'start': {
      const before = await running()
      const { env } = before ?? (await started(startInBackground))
      if (exported) stdout.write(exportsFor(env))
      else
        stdout.write(
          `The sandbox ${before === undefined ? 'is running' : 'was running already'}. Point a shell at it:\n${exportsFor(env)}`,
        )
      return exit.done
    }
    case 'status': {
      const found = await running()
      if (found !== undefined && exported) stdout.write(exportsFor(found.env))
      else
        stdout.write(found === undefined ? 'No sandbox is running.\n' : `The sandbox is running: ${found.kubeconfig}\n`)
      return found === undefined ? exit.refused : exit.done
    }
    case 'stop': {
      const found = await running()
      await found?.stop()
      stdout.write(found === undefined ? 'No sandbox is running.\n' : 'The sandbox is gone, with all that was in it.\n')
      return exit.done
    }
  }
}

const exportsFor = (env: Sandbox['env']) =>
  `${Object.entries(env)
    .map(([name, value]) => `export ${name}=${quote(value)}`)
    .join('\n')}\n`

/** The learner's own shell, with kubectl pointed at a fresh sandbox; both end together. */
async function shell({ stdin, stdout, env }: World): Promise<number> {
  if (!stdin.isTTY)
    throw refused(
      'There is no terminal for a shell.',
      'keep a sandbox in the background with kubectl tour sandbox start',
    )
  const { env: pointed, stop } = await started(start)
  stdout.write(
    `A shell of your own, in a cluster that is simulated on this machine. kubectl is pointed at it.\nexit ends both. From a second terminal: export KUBECONFIG=${quote(pointed.KUBECONFIG)}\n\n`,
  )
  try {
    return await new Promise<number>((done) => {
      const child = spawn(env['SHELL'] ?? '/bin/sh', [], { stdio: 'inherit', env: { ...env, ...pointed } })
      // What Ctrl-C means there is for that shell to say.
      const leave = () => {}
      process.on('SIGINT', leave)
      const over = (code: number) => {
        process.off('SIGINT', leave)
        done(code)
      }
      child.once('close', () => over(exit.done))
      child.once('error', () => over(exit.failed))
    })
  } finally {
    await stop()
    stdout.write('The sandbox is gone, with all that was in it.\n')
  }
}

const started = (how: () => Promise<Sandbox>): Promise<Sandbox> =>
  how().catch((error: unknown) => {
    throw notStarted(error, error instanceof Homeless)
  })
