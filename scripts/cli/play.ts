import { Api } from '../cluster/api.ts'
import { readFacts } from '../cluster/facts.ts'
import { identify } from '../cluster/ownership/identity.ts'
import { holdOwnNamespace } from '../cluster/ownership/own-namespace.ts'
import { exit, refused, worst } from '../cluster/problem.ts'
import { settle } from '../cluster/target.ts'
import type { Target } from '../cluster/target.ts'
import type { LessonName } from '../contents.ts'
import { contents, lessonAfter } from '../contents.ts'
import { packageVersion } from '../package.ts'
import { apart } from '../report/apart.ts'
import type { Counts, Event } from '../stage/events.ts'
import { copyManifests, objectsOf } from '../stage/manifests.ts'
import { unattended } from '../stage/pace.ts'
import type { Performed } from '../stage/performance.ts'
import { perform } from '../stage/performance.ts'
import type { Play } from './command.ts'
import { reportFor } from './report.ts'
import type { World } from './world.ts'
import { canAsk } from './world.ts'

/** `kubectl tour SECTION...`: settles where it plays, plays, cleans, and says how it went. */
export async function play(command: Play, world: World): Promise<number> {
  const attended = !command.auto && !command.dryRun
  if (attended && !canAsk(world, command.input)) {
    world.stderr.write('There is no terminal to play on.\n  pass --auto (and --yes) to play unattended\n')
    return exit.usage
  }
  const started = performance.now()
  // client-node takes a while to load: it does so beside kubectl's own start.
  const [target] = await Promise.all([settle(command.connection, world.env, canAsk(world, command.input)), import('@kubernetes/client-node')])
  try {
    const report = reportFor(command, world)
    const emit = apart(command.sections, report)
    emit({ type: 'run', version: packageVersion(), lessons: command.sections, target: target.shown })
    const ended = await playAll(command, target, emit)
    const exitCode = worst(ended.map((each) => each.exitCode))
    emit({ type: 'end', exitCode, seconds: (performance.now() - started) / 1000, lessons: countsOf(command.sections, ended), next: nextAfter(command.sections) })
    return exitCode
  } finally {
    await target.close()
  }
}

async function playAll(command: Play, target: Target, emit: (event: Event) => void): Promise<readonly Performed[]> {
  const api = await Api.open(target.proxy.socket)
  const [identity, facts] = await Promise.all([identify(), readFacts(api, target)])
  const signal = new AbortController().signal
  const ends: Promise<Performed>[] = []
  for (const lesson of command.sections) {
    const folder = await copyManifests(lesson, target.folder)
    const [made, { default: script }] = await Promise.all([objectsOf(folder), contents[lesson].load()])
    const hold = await holdOwnNamespace(api, lesson, identity, (state, now) => emit({ type: 'clean', lesson, state, namespace: '', now }))
    const performed = await perform({
      lesson, play: script, target, api, facts, hold, folder, made, pace: unattended, emit, signal,
      timeout: command.timeout, keep: command.keep, from: command.from,
    })
    ends.push(performed.end)
  }
  if (ends.length === 0) throw refused('There is nothing to play.')
  return Promise.all(ends)
}

const countsOf = (lessons: readonly LessonName[], ended: readonly Performed[]): Partial<Record<LessonName, Counts>> =>
  Object.fromEntries(ended.map((each, index) => [lessons[index], each.counts]))

function nextAfter(lessons: readonly LessonName[]): string | null {
  const last = lessons.at(-1)
  const next = last === undefined ? undefined : lessonAfter(last)
  return next === undefined ? null : `kubectl tour ${next}`
}
