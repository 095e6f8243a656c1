import type { Api } from '../cluster/api.ts'
import { cleanNamespace } from '../cluster/clean/namespace.ts'
import { cleanRecorded } from '../cluster/clean/recorded.ts'
import { identify, whose } from '../cluster/ownership/identity.ts'
import type { Found } from '../cluster/ownership/inventory.ts'
import { inventory, objectsOfFound } from '../cluster/ownership/inventory.ts'
import { exit, refused, worst } from '../cluster/problem.ts'
import type { CleanOutcome } from '../cluster/clean/cleaning.ts'
import { ask, Cancelled } from './ask.ts'
import type { Clean } from './command.ts'
import { onCluster } from './on-cluster.ts'
import type { World } from './world.ts'
import { canAsk } from './world.ts'

/** `kubectl tour clean`: removes what dead runs left. What lives, and what others left, stays unless it is asked for. */
export function clean(command: Clean, world: World): Promise<number> {
  return onCluster(command, world, async (api, target) => {
    const found = (await inventory(api, await identify(), target.namespace)).filter(
      ({ lesson }) => command.sections.length === 0 || command.sections.includes(lesson),
    )
    const say = (text: string) => (command.json ? undefined : world.stdout.write(`${text}\n`))
    const dead = found.filter(({ alive }) => !alive)
    const going = dead.filter(({ mine }) => mine || command.all)
    for (const each of found)
      if (!going.includes(each))
        say(
          `${placeOf(each)} is left alone: ${each.alive ? 'being played' : 'left behind'} by ${whose(each.run)}${each.alive ? '' : ' (clean --all takes it too)'}.`,
        )
    if (command.dryRun) return dryRun(api, going, command.json, world)
    await verifyAgreed(
      going.filter(({ mine }) => !mine),
      command,
      world,
    )
    const outcomes = await Promise.all(going.map((each) => cleanFound(api, each, command.timeout, say)))
    if (command.json)
      world.stdout.write(
        `${JSON.stringify({ cleaned: outcomes, leftAlone: found.filter((each) => !going.includes(each)) })}\n`,
      )
    if (outcomes.length === 0) say(`Nothing to clean on ${target.shown.context}.`)
    const isLive = command.sections.length > 0 && found.some(({ alive }) => alive)
    return worst([
      ...outcomes.map(({ left }) => (left.length > 0 ? exit.leftBehind : exit.done)),
      isLive ? exit.refused : exit.done,
    ])
  })
}

const placeOf = ({ own, namespace, lesson }: Found) => (own ? namespace : `${lesson} in ${namespace}`)

async function cleanFound(
  api: Api,
  each: Found,
  budget: number,
  say: (text: string) => unknown,
): Promise<CleanOutcome> {
  const cleaning = {
    budget,
    tell: (state: string, now: string) => {
      if (state === 'progress') say(`  ${now}`)
    },
  }
  const outcome = await (each.own
    ? cleanNamespace(api, each.namespace, cleaning)
    : cleanRecorded(api, each.namespace, each.lesson, cleaning))
  const volumes = outcome.volumes === null ? 'volumes: not visible to you' : `${outcome.volumes} volumes left`
  if (outcome.left.length === 0)
    say(each.own ? `${each.namespace} is gone: 0 objects, ${volumes}.` : `${placeOf(each)}: 0 objects, ${volumes}.`)
  for (const left of outcome.left) say(`${left}.`)
  return outcome
}

async function dryRun(api: Api, going: readonly Found[], json: boolean, { stdout }: World): Promise<number> {
  const all = await Promise.all(going.map(async (each) => ({ ...each, objects: await objectsOfFound(api, each) })))
  if (json) stdout.write(`${JSON.stringify({ wouldClean: all })}\n`)
  else if (all.length === 0) stdout.write('Nothing would go.\n')
  else
    for (const each of all)
      stdout.write(`${placeOf(each)} would go, with\n${each.objects.map((name) => `  ${name}\n`).join('')}`)
  return exit.done
}

async function verifyAgreed(others: readonly Found[], { yes, input, colour }: Clean, world: World): Promise<void> {
  if (others.length === 0 || yes) return
  const list = others.map((each) => `${placeOf(each)} (${whose(each.run)})`).join(', ')
  if (!canAsk(world, input)) throw refused(`${list} was made by somebody else.`, 'pass --yes to remove it all the same')
  try {
    if (
      await ask<boolean>(
        world,
        { type: 'confirm', message: `Remove what others left: ${list}?`, initial: false },
        colour,
      )
    )
      return
  } catch (error) {
    if (!(error instanceof Cancelled)) throw error
  }
  throw refused('Nothing was removed.')
}
