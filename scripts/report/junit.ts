import { writeFile } from 'node:fs/promises'
import { XMLBuilder } from 'fast-xml-parser'
import { contents } from '../contents.ts'
import type { LessonName } from '../contents.ts'
import type { Claim, Event, LessonEnded } from '../stage/events.ts'
import type { TargetShown } from '../cluster/target.ts'

export interface Junit {
  readonly report: (event: Event) => void
  /** Writes the file; called when the run has ended. */
  readonly write: () => Promise<void>
}

/** What XML 1.0 cannot hold, not even escaped: a container's colours, say. */
const unspeakable = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu

interface Case {
  readonly '@name': string
  readonly '@classname': string
  readonly failure?: { readonly '@message': string; readonly '#text': string }
  readonly skipped?: { readonly '@message': string }
  readonly 'system-out'?: string
}

/** A suite per lesson and a test case per claim. fast-xml-parser writes the XML: small, kept up, and it knows the escapes. */
export function junitReport(file: string): Junit {
  const cases = new Map<LessonName, Case[]>()
  const ends = new Map<LessonName, LessonEnded>()
  let target: TargetShown | null = null
  const add = (lesson: LessonName, ...more: readonly Case[]) =>
    cases.set(lesson, [...(cases.get(lesson) ?? []), ...more])
  const report = (event: Event) => {
    if (event.type === 'run') target = event.target
    // Played again, it counts anew.
    if (event.type === 'lesson' && event.state === 'started') cases.delete(event.lesson)
    if (event.type === 'claim') add(event.lesson, caseOf(event))
    if (event.type === 'lesson' && event.state === 'ended') {
      ends.set(event.lesson, event)
      add(event.lesson, ...troubles(event))
    }
  }
  const write = () => {
    const suites = [...ends.values()].map((end) => suiteOf(end, cases.get(end.lesson) ?? [], target))
    const builder = new XMLBuilder({
      ignoreAttributes: false,
      attributeNamePrefix: '@',
      format: true,
      suppressEmptyNode: true,
    })
    const text = builder.build({ testsuites: { testsuite: suites } }).replaceAll(unspeakable, '')
    return writeFile(file, `<?xml version="1.0" encoding="UTF-8"?>\n${text}`)
  }
  return { report, write }
}

function suiteOf({ lesson, seconds }: LessonEnded, testcase: readonly Case[], target: TargetShown | null) {
  return {
    '@name': `${lesson}: ${contents[lesson].title}`,
    '@tests': testcase.length,
    '@failures': testcase.filter(({ failure }) => failure !== undefined).length,
    '@skipped': testcase.filter(({ skipped }) => skipped !== undefined).length,
    '@time': seconds.toFixed(3),
    properties: { property: Object.entries(target ?? {}).map(([name, value]) => ({ '@name': name, '@value': value })) },
    testcase,
  }
}

function caseOf({ id, lesson, claim, result, expected, observed }: Claim): Case {
  const named = { '@name': `${id} ${claim}`, '@classname': lesson }
  if (result === 'failed')
    return { ...named, failure: { '@message': claim, '#text': `expected ${expected}\nobserved ${observed}` } }
  if (result === 'proven') return { ...named, 'system-out': observed }
  return { ...named, skipped: { '@message': observed } }
}

/** What went wrong beside the claims: the lesson did not play to its end, or something was left. */
function troubles({ lesson, problem, exitCode, cleaned }: LessonEnded): readonly Case[] {
  const failure = (name: string, text: string) => ({
    '@name': name,
    '@classname': lesson,
    failure: { '@message': text.split('\n')[0] ?? '', '#text': text },
  })
  return [
    ...(problem !== null && exitCode !== 0 ? [failure('the lesson plays to its end', problem)] : []),
    ...(cleaned?.left ?? []).map((left) => failure('nothing is left behind', left)),
  ]
}
