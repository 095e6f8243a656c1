import { Api } from '../cluster/api.ts'
import type { Connection } from '../cluster/connection.ts'
import type { Target } from '../cluster/target.ts'
import { settle } from '../cluster/target.ts'
import { duration } from './duration.ts'
import type { World } from './world.ts'
import { canAsk } from './world.ts'

interface OnCluster {
  readonly connection: Connection
  readonly input: boolean
}

/** Settles the target for one command, opens the API behind it, and closes both when the work is done. */
export async function onCluster<T>(
  { connection, input }: OnCluster,
  world: World,
  work: (api: Api, target: Target) => Promise<T>,
): Promise<T> {
  // client-node takes a while to load: it does so beside kubectl's own start.
  const [target] = await Promise.all([
    settle(connection, world.env, canAsk(world, input)),
    import('@kubernetes/client-node'),
  ])
  try {
    const request = duration(connection.requestTimeout ?? '')
    return await work(await Api.open(target.proxy.socket, request === undefined ? {} : { request }), target)
  } finally {
    await target.close()
  }
}
