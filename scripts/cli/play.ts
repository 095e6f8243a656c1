import type { Api } from '../cluster/api.ts'
import { readFacts } from '../cluster/facts.ts'
import { identify } from '../cluster/ownership/identity.ts'
import { preflight, verifyCanPlay } from '../cluster/preflight/index.ts'
import { exit, worst } from '../cluster/problem.ts'
import { whoAmI } from '../cluster/reviews.ts'
import type { Target } from '../cluster/target.ts'
import type { LessonName } from '../contents.ts'
import { contents, lessonAfter } from '../contents.ts'
import { packageVersion } from '../package.ts'
import { apart } from '../report/apart.ts'
import type { Terminal } from '../report/terminal.ts'
import type { Counts, Event } from '../stage/events.ts'
import { unattended } from '../stage/pace.ts'
import type { Performed } from '../stage/performance.ts'
import { playProgramme } from '../stage/programme.ts'
import { keyboardFor } from './attend.ts'
import { verifyFeasible } from './before.ts'
import type { Play } from './command.ts'
import { verifyConsent } from './consent.ts'
import type { Interrupt } from './interrupt.ts'
import { interruptible } from './interrupt.ts'
import { terminalOn } from './report.ts'
import { jsonReport } from '../report/json.ts'
import { onCluster } from './on-cluster.ts'
import type { World } from './world.ts'
import { canAsk, complain } from './world.ts'

/** `kubectl tour SECTION...`: settles where it plays, plays, cleans, and says how it went. */
export async function play(command: Play, world: World): Promise<number> {
  if (command.dryRun) return (await import('./dry-run.ts')).dryRun(command, world)
  const attended = !command.auto
  if (attended && !canAsk(world, command.input)) {
    world.stderr.write(
      `${world.stdin.isTTY && (world.env['CI'] ?? '') !== '' ? 'CI is set, so nobody is taken to be at this terminal.' : 'There is no terminal to play on.'}\n  pass --auto (and --yes, where the cluster is not a local one) to play unattended\n`,
    )
    return exit.usage
  }
  await verifyFeasible(command)
  const started = performance.now()
  const interrupt = interruptible(world)
  const playing = onCluster(command, world, async (api, target) => {
    const screen = terminalOn(world, command.colour)
    const junit =
      command.junit === undefined ? undefined : (await import('../report/junit.ts')).junitReport(command.junit)
    const report = command.json ? jsonReport(world.stdout) : screen.report
    const emit = apart(command.sections, (event) => {
      report(event)
      junit?.report(event)
    })
    const ended = await playOn(command, { world, api, target, interrupt, screen, attended }, emit)
    const exitCode = worst([interrupt.exitCode(), ...ended.map((each) => each.exitCode)])
    const left = ended.some(({ leaving }) => leaving !== undefined)
    emit({
      type: 'end',
      exitCode,
      seconds: (performance.now() - started) / 1000,
      lessons: countsOf(command.sections, ended),
      next: left ? null : nextAfter(command.sections),
    })
    await junit?.write()
    return exitCode
  })
  return playing.finally(interrupt.release)
}

interface Playing {
  readonly world: World
  readonly api: Api
  readonly target: Target
  readonly interrupt: Interrupt
  readonly screen: Terminal
  readonly attended: boolean
}

async function playOn(command: Play, playing: Playing, emit: (event: Event) => void): Promise<readonly Performed[]> {
  const { world, api, target, interrupt, attended } = playing
  const [identity, facts, user = target.shown.user] = await Promise.all([
    identify(),
    readFacts(api, target, { storageClass: command.storageClass }),
    whoAmI(api),
    verifyConsent(api, target, command, world),
  ])
  emit({ type: 'run', version: packageVersion(), lessons: command.sections, target: { ...target.shown, user } })
  const keyboard = attended ? keyboardFor(playing, command.colour) : undefined
  keyboard?.open()
  try {
    const ended = await playProgramme({
      run: {
        api,
        facts,
        emit,
        pace: keyboard ?? unattended,
        signal: interrupt.signal,
        timeout: command.timeout,
        keep: command.keep,
        from: command.from,
        imageNames: new Map(Object.entries(command.images).map(([name, reference]) => [reference, name])),
      },
      lessons: command.sections,
      target,
      identity,
      parallel: command.parallel,
      rewriting: {
        storageClass: command.storageClass,
        registry: command.registry,
        images: command.images,
        openshift: facts.openshift,
      },
      verify: async (lesson, made, namespace, folder) =>
        verifyCanPlay(
          await preflight(api, facts, { lesson, made, namespace, own: target.namespace === undefined, folder }),
        ),
    })
    for (const { refused } of ended) if (refused !== undefined) complain(world, refused.message, refused.wayOut)
    return ended
  } finally {
    keyboard?.close()
  }
}

const countsOf = (lessons: readonly LessonName[], ended: readonly Performed[]): Partial<Record<LessonName, Counts>> =>
  Object.fromEntries(ended.map((each, index) => [lessons[index], each.counts]))

function nextAfter(lessons: readonly LessonName[]): string | null {
  const last = lessons.at(-1)
  const next = last === undefined ? undefined : lessonAfter(last)
  return next === undefined ? null : `kubectl tour ${next} (${contents[next].title})`
}
