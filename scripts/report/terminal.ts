import { exit } from '../cluster/problem.ts'
import type { Claim, CommandEnded, Event, LessonEnded, LessonStarted, ManifestShown, Wait } from '../stage/events.ts'
import { ending, summaryOf } from './ending.ts'
import { notReached } from '../stage/claims.ts'
import type { Screen } from './screen.ts'
import type { Spinner } from './spinner.ts'

export interface TerminalOptions {
  readonly screen: Screen
  readonly spinner: Spinner
  /** Progress in lines of its own, where no spinner can show it. */
  readonly plain: boolean
  /** Which target plays is said once, at the first lesson. */
  readonly keys: string
}

/** A run as somebody reads it, and what they may want to read again. */
export interface Terminal {
  readonly report: (event: Event) => void
  /** The manifests that were applied since the last pause, or the last one, as their files stand. */
  readonly showManifests: () => void
  /** What was said since the last pause. */
  readonly readAgain: () => void
  readonly showKeys: () => void
  readonly showHelp: () => void
  readonly note: (text: string) => void
}

export function terminal(options: TerminalOptions): Terminal {
  const { screen, spinner, plain } = options
  const { line, paint, wrap, signs } = screen
  let target = ''
  let inSandbox = false
  // What is old at the next pause: manifests stay to be read until there are others.
  const since = { said: [] as string[], manifests: [] as ManifestShown[], paused: false, applied: false }
  const fresh = () => {
    if (!since.paused) return
    since.said = []
    since.paused = false
  }

  const lessonStarted = ({ title, claims, minutes, namespace, own, keep, look }: LessonStarted) => {
    const scope = `${claims} claims, about ${minutes} min`
    const gap = screen.width - title.length - scope.length
    line(paint('bold', title) + (gap < 2 ? '\n' : ' '.repeat(gap)) + paint('dim', scope))
    if (target !== '') line(wrap(target))
    line(
      wrap(
        `namespace ${namespace}: ${own ? `new, ${keep ? 'kept at the end' : 'removed at the end'}` : `yours, and the lesson's objects in it are ${keep ? 'kept' : 'removed'} at the end`}`,
      ),
    )
    if (look !== null) line(paint('dim', `look from a second terminal: ${look}`))
    line()
  }

  const command = ({ stdout, stderr, exitCode, mayFail, command: text }: CommandEnded) => {
    if (stdout !== '') line(stdout.replace(/\n$/, ''))
    if (stderr !== '') line(paint(exitCode === 0 ? 'dim' : 'yellow', stderr.replace(/\n$/, '')))
    if (exitCode !== 0)
      line(
        mayFail === null
          ? paint('red', `(exit code ${exitCode})`)
          : paint('dim', `(exit code ${exitCode}: ${mayFail})`),
      )
    if (stdout !== '' || stderr !== '' || !/^kubectl (apply|wait)/.test(text)) line()
  }

  const claim = ({ id, result, claim: said, expected, observed, lookAt }: Claim) => {
    const sign = {
      proven: paint('green', signs.good),
      failed: paint('red', signs.bad),
      told: paint('cyan', signs.note),
      notHere: paint('yellow', signs.absent),
    }[result]
    const indent = ' '.repeat(2 + id.length + 2)
    line(`${sign} ${paint('bold', id)}  ${wrap(said, indent).trimStart()}`)
    if (said === notReached) return
    if (result === 'failed') {
      line(`${indent}expected  ${hanging(expected, indent)}`)
      line(`${indent}observed  ${hanging(observed, indent)}`)
      if (lookAt !== undefined) line(`${indent}look at   ${lookAt}`)
    } else {
      if (observed !== '')
        line(paint('dim', wrap(result === 'notHere' ? `not here: ${observed}` : oneLine(observed), indent)))
    }
    line()
  }

  const hanging = (text: string, indent: string) => wrap(text.trimEnd(), `${indent}          `).trimStart()

  const wait = ({ state, subject, what, now, seconds, remedy, offers }: Wait) => {
    const keys =
      offers === undefined
        ? ''
        : `   ${offers.map((offer) => ({ hurry: 'h: hurry', stop: 'x: stop' })[offer]).join('   ')}`
    const short = subject.replace(/^pod\//, '') || what
    switch (state) {
      case 'started':
        spinner.show(`waiting until ${what}`, keys)
        return
      case 'progress':
        if (plain) line(`  ${short}: ${now}`)
        spinner.show(`${short}: ${now}`, keys)
        return
      case 'doubtful':
        spinner.hide()
        line(`${paint('yellow', signs.doubt)} ${wrap(`${short}: ${now}`, '  ').trimStart()}`)
        if (remedy !== undefined && remedy !== '') line(paint('dim', wrap(remedy, '  ')))
        spinner.show(`waiting until ${what}`, keys)
        return
      case 'done':
        spinner.hide()
        if (seconds >= 0.5 || now !== '')
          line(
            `${paint('green', signs.good)} ${wrap(`${what} after ${seconds.toFixed(1)} s${now === '' ? '' : ` (${now})`}`, '  ').trimStart()}\n`,
          )
        return
      case 'failed':
        spinner.hide()
        line(`${paint('red', signs.bad)} ${wrap(`${short}: ${now}`, '  ').trimStart()}`)
        if (remedy !== undefined && remedy !== '') line(wrap(remedy, '  '))
        line()
        return
    }
  }

  const report = (event: Event) => {
    switch (event.type) {
      case 'run':
        inSandbox = event.target?.sandbox === true
        target =
          event.target === null
            ? ''
            : inSandbox
              ? 'the sandbox, a cluster that is simulated on this machine. It is quicker than most: mounted files are brought up to date every 10 s'
              : `cluster ${event.target.context} (${event.target.server}) as ${event.target.user}`
        return
      case 'lesson':
        spinner.hide()
        if (event.state === 'started') lessonStarted(event)
        else lessonEnded(event)
        return
      case 'step':
        spinner.hide()
        if (event.state === 'started') line(`${paint('bold', wrap(`${event.number}/${event.of}  ${event.title}`))}\n`)
        return
      case 'say':
        fresh()
        since.said.push(event.text)
        line(`${wrap(event.text)}\n`)
        return
      case 'manifest':
        if (since.applied) since.manifests = []
        since.applied = false
        fresh()
        since.manifests.push(event)
        return
      case 'command':
        if (event.state === 'started') {
          line(`${paint('dim', '$')} ${paint(['bold', 'cyan'], event.command)}`)
          if (!plain) spinner.show('')
          return
        }
        spinner.hide()
        command(event)
        return
      case 'wait':
        wait(event)
        return
      case 'claim':
        spinner.hide()
        claim(event)
        return
      case 'clean':
        if (event.state === 'started') spinner.show(event.now)
        else if (event.state === 'progress') {
          if (plain || /retained/.test(event.now)) line(wrap(event.now, '  '))
          spinner.show(event.now)
        } else spinner.hide()
        return
      case 'pause':
        spinner.hide()
        showKeys()
        since.paused = true
        since.applied = true
        return
      case 'end':
        spinner.hide()
        for (const each of ending(event, inSandbox)) line(wrap(each))
    }
  }

  const showKeys = () => line(`${paint('dim', wrap(options.keys))}\n`)

  return {
    report,
    showKeys,
    showManifests: () => {
      for (const { file, text } of since.manifests) line(`${paint('bold', `# ${file}`)}\n${text}`)
      if (since.manifests.length === 0) line('No manifest has been applied yet.\n')
    },
    readAgain: () => {
      for (const text of since.said) line(`${wrap(text)}\n`)
    },
    showHelp: () => {
      for (const [key, meaning] of help)
        line(meaning === undefined ? key : `  ${key.padEnd(18)}${wrap(meaning, ' '.repeat(20)).trimStart()}`)
      line()
    },
    note: (text) => line(wrap(text)),
  }

  function lessonEnded(event: LessonEnded): void {
    if (event.exitCode === exit.refused && event.seconds === 0) return
    if (event.problem !== null) for (const sentence of event.problem.split('\n')) line(wrap(sentence))
    line(paint(event.exitCode === 0 ? 'green' : 'red', wrap(summaryOf(event))))
    const left = event.cleaned?.left ?? []
    for (const each of left) line(paint('red', wrap(each, '  ')))
    if (left.length > 0) line(wrap('Try again with kubectl tour clean.', '  '))
    line()
  }
}

const oneLine = (text: string) => text.trim().replaceAll(/\s*\n\s*/g, ' ')

const help: readonly (readonly [key: string, meaning?: string])[] = [
  ['At a pause:'],
  ['enter, space, n', 'go on to the next group of commands'],
  ['s', 'skip: play the rest of this step without pauses'],
  ['a', 'read again what was said since the last pause'],
  ['m', 'show the manifests that were just applied'],
  ['!', 'a shell of your own, on this cluster and namespace'],
  ['r', 'restart the lesson'],
  ['q', 'quit'],
  ['During a wait:'],
  ['h', 'hurry, where the lesson knows a way'],
  ['x', 'stop waiting, when something stands in the way'],
  ['Ctrl-C', 'stop and clean up'],
]
