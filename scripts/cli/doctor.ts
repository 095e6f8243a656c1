import { Api } from '../cluster/api.ts'
import { checkup } from '../cluster/checkup/index.ts'
import { exit } from '../cluster/problem.ts'
import { settle } from '../cluster/target.ts'
import { doctorLines } from '../report/doctor.ts'
import { screenOn } from '../report/screen.ts'
import type { Doctor } from './command.ts'
import type { World } from './world.ts'
import { canAsk } from './world.ts'

/** `kubectl tour doctor`: what this cluster is, and which lessons can be played on it. Writes nothing to it. */
export async function doctor({ connection, input, colour, json, storageClass }: Doctor, world: World): Promise<number> {
  const { stdout, env } = world
  const [target] = await Promise.all([settle(connection, env, canAsk(world, input)), import('@kubernetes/client-node')])
  try {
    const api = await Api.open(target.proxy.socket)
    const found = await checkup(api, target, { storageClass, path: env['PATH'] ?? '' })
    stdout.write(
      json
        ? `${JSON.stringify(found, null, 2)}\n`
        : `${doctorLines(found, screenOn(stdout, env, colour)).join('\n')}\n`,
    )
    return found.canPlay ? exit.done : exit.refused
  } finally {
    await target.close()
  }
}
