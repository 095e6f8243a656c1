import { Api } from '../cluster/api.ts'
import type { Connection } from '../cluster/connection.ts'
import type { Target } from '../cluster/target.ts'
import { settle } from '../cluster/target.ts'
import { duration } from './duration.ts'
import { insideSandbox } from './where.ts'
import type { World } from './world.ts'
import { canAsk } from './world.ts'

interface OnCluster {
  readonly command: string
  readonly connection: Connection
  readonly sandbox: boolean
  readonly input: boolean
  readonly auto?: boolean
}

/** Settles the target for one command, opens the API behind it, and closes both when the work is done. */
export async function onCluster<T>(
  { command, connection, sandbox, input, auto = false }: OnCluster,
  world: World,
  work: (api: Api, target: Target) => Promise<T>,
): Promise<T> {
  // client-node takes a while to load: it does so beside the sandbox's start, and kubectl's own.
  const loading = import('@kubernetes/client-node')
  loading.catch(() => {})
  const mayStart = command === 'play' || command === 'doctor'
  const inside = await insideSandbox({ connection, sandbox, mayStart, auto }, world)
  try {
    const env = { ...world.env, ...inside?.env }
    const [target] = await Promise.all([settle(connection, env, canAsk(world, input)), loading])
    try {
      const request = duration(connection.requestTimeout ?? '')
      return await work(await Api.open(target.proxy.socket, request === undefined ? {} : { request }), target)
    } finally {
      await target.close()
    }
  } finally {
    await inside?.leave()
  }
}
