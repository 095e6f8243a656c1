import { checkup } from '../cluster/checkup/index.ts'
import { exit } from '../cluster/problem.ts'
import { doctorLines } from '../report/doctor.ts'
import { screenOn } from '../report/screen.ts'
import type { Doctor } from './command.ts'
import { onCluster } from './on-cluster.ts'
import type { World } from './world.ts'

/** `kubectl tour doctor`: what this cluster is, and which lessons can be played on it. Writes nothing to it. */
export function doctor(command: Doctor, world: World): Promise<number> {
  const { colour, json, storageClass } = command
  const { stdout, env } = world
  return onCluster(command, world, async (api, target) => {
    const found = await checkup(api, target, { storageClass, path: env['PATH'] ?? '' })
    stdout.write(
      json
        ? `${JSON.stringify(found, null, 2)}\n`
        : `${doctorLines(found, screenOn(stdout, env, colour)).join('\n')}\n`,
    )
    return found.canPlay ? exit.done : exit.refused
  })
}
