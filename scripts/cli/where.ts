import { access } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Connection } from '../cluster/connection.ts'
import { exit, Problem, refused, sentenceOf } from '../cluster/problem.ts'
import type { World } from './world.ts'
import { complain } from './world.ts'

/** What decides whether a command goes to the sandbox. */
export interface Bound {
  readonly connection: Connection
  readonly sandbox: boolean
  /** It may start one of its own where there is no cluster: it plays, or tells what could be played. */
  readonly mayStart: boolean
  /** Nobody is there. */
  readonly auto: boolean
}

/** What a command that goes to the sandbox is to be run with, and how it leaves. */
export interface Inside {
  readonly env: NodeJS.ProcessEnv
  readonly leave: () => Promise<void>
}

/**
 * The sandbox, where this command goes there: because it was asked for, or because nothing on this machine names a cluster. A pipeline
 * that lost its kubeconfig is not to turn green, so unattended in CI it has to be asked for. Undefined: a cluster.
 */
export async function insideSandbox(bound: Bound, world: World): Promise<Inside | undefined> {
  if (!bound.sandbox && !(bound.mayStart && (await isWithoutCluster(bound, world.env)))) return undefined
  const client = await import('../../sandbox/client.ts')
  if (!bound.mayStart) {
    const found = await client.running()
    if (found === undefined) throw new Problem(exit.done, 'No sandbox is running: 0 objects, 0 volumes left.')
    return { env: found.env, leave: () => Promise.resolve() }
  }
  const own = await client.start().catch((error: unknown) => {
    throw notStarted(error, error instanceof client.Homeless)
  })
  own.onDeath(() => {
    complain(world, 'The sandbox has died, and with it all that was in it: 0 objects are left.', 'play again')
    world.exit(exit.failed)
  })
  return { env: own.env, leave: own.stop }
}

/** Why there is no sandbox: a fault of its own, or of the machine's. */
export const notStarted = (error: unknown, homeless: boolean) =>
  homeless
    ? refused(
        `The sandbox has no folder to write in: ${sentenceOf(error)}.`,
        'point TMPDIR, or XDG_RUNTIME_DIR where that is set, at a folder that you may write in',
      )
    : refused(`${sentenceOf(error)}.`, 'run it again with DEBUG=1 and report it')

/** Nothing names a cluster: no kubeconfig, no flag, no Pod around this process. */
export async function isWithoutCluster(
  { connection, auto }: Pick<Bound, 'connection' | 'auto'>,
  env: NodeJS.ProcessEnv,
): Promise<boolean> {
  const asked = Object.keys(connection).some((name) => name !== 'kubectl' && name !== 'namespace')
  if (asked || (env['KUBECONFIG'] ?? '') !== '' || env['KUBERNETES_SERVICE_HOST'] !== undefined) return false
  if (auto && (env['CI'] ?? '') !== '') return false
  return access(join(env['HOME'] ?? homedir(), '.kube', 'config')).then(
    () => false,
    () => true,
  )
}
