import { identify, whose } from '../cluster/ownership/identity.ts'
import { inventory, objectsOfFound } from '../cluster/ownership/inventory.ts'
import { exit } from '../cluster/problem.ts'
import { lessonNames } from '../contents.ts'
import type { Status } from './command.ts'
import { onCluster } from './on-cluster.ts'
import type { World } from './world.ts'

/** `kubectl tour status`: what is the tour's on this cluster, by lesson. */
export function status(command: Status, world: World): Promise<number> {
  return onCluster(command, world, async (api, target) => {
    const found = await inventory(api, await identify(), target.namespace)
    const all = await Promise.all(found.map(async (each) => ({ ...each, objects: await objectsOfFound(api, each) })))
    const ordered = all.toSorted((a, b) => lessonNames.indexOf(a.lesson) - lessonNames.indexOf(b.lesson))
    if (command.json) {
      world.stdout.write(`${JSON.stringify({ context: target.shown.context, found: ordered }, null, 2)}\n`)
      return exit.done
    }
    world.stdout.write(`cluster ${target.shown.context} (${target.shown.server})\n`)
    if (ordered.length === 0) world.stdout.write("Nothing of the tour's is there.\n")
    for (const { lesson, namespace, run, since, alive, objects } of ordered) {
      const who = `${alive ? 'being played' : 'left behind'} by ${whose(run)}, since ${since.toISOString()}`
      world.stdout.write(`\n${lesson} in ${namespace}: ${who}\n${objects.map((name) => `  ${name}\n`).join('')}`)
    }
    if (ordered.some(({ alive }) => !alive))
      world.stdout.write('\nRemove what was left behind with kubectl tour clean.\n')
    return exit.done
  })
}
