import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LessonName } from '../contents.ts'
import { quote } from '../cluster/quote.ts'
import type { Play } from './lesson.ts'
import { manifestsOf } from './manifests.ts'
import { unfold } from './narration.ts'
import type { Output } from './shell.ts'
import type { Dollar, Stage } from './stage.ts'

/** One line of the script that a lesson is. */
export type Line =
  | { readonly type: 'step'; readonly title: string }
  | { readonly type: 'say'; readonly text: string }
  | { readonly type: 'command'; readonly command: string }
  | { readonly type: 'manifest'; readonly file: string; readonly text: string }
  | { readonly type: 'claim'; readonly id: string; readonly claim: string }
  | { readonly type: 'pause' }

/** Plays a lesson without a cluster and returns its script: what would be said, run and claimed. Nothing is looked at and nothing is touched. */
export async function rehearse(lesson: LessonName, play: Play, attended = false): Promise<readonly Line[]> {
  const lines: Line[] = []
  const command = (text: string): Promise<Output> => {
    lines.push({ type: 'command', command: text })
    return Promise.resolve(nothing(text))
  }
  const written = (pieces: TemplateStringsArray, words: readonly string[]) =>
    command(pieces.map((piece, index) => piece + (words[index] === undefined ? '' : quote(words[index]))).join(''))
  const $ = ((first: TemplateStringsArray | { readonly mayFail: string }, ...words: readonly string[]) =>
    'mayFail' in first
      ? (pieces: TemplateStringsArray, ...more: readonly string[]) => written(pieces, more)
      : written(first, words)) as Dollar
  const row = (id: string, claim: string) => {
    lines.push({ type: 'claim', id, claim })
    return Promise.resolve()
  }
  const step = async (title: string, body: () => Promise<void>) => {
    lines.push({ type: 'step', title })
    await body()
  }
  const stage = {
    step,
    cleanUp: (title: string, _row: string, _claim: string, body: () => Promise<void>) => step(title, body),
    say: (pieces: TemplateStringsArray, ...words: readonly string[]) => {
      lines.push({ type: 'say', text: unfold(pieces, words) })
      return Promise.resolve()
    },
    $,
    apply: (file: string) => {
      lines.push({ type: 'manifest', file, text: readFileSync(join(manifestsOf(lesson), file), 'utf8') })
      return $`kubectl apply -f ${file}`
    },
    claim: row,
    told: row,
    notHere: row,
    until: (_check: unknown, options?: { readonly hurry?: () => Promise<void> }) =>
      attended ? Promise.resolve() : options?.hurry?.(),
    pause: () => {
      lines.push({ type: 'pause' })
      return Promise.resolve()
    },
    // What the text leaves to tab completion.
    podLabelled: (_key: string, value: string) => ({ metadata: { name: `${value}-TAB` } }),
    attended,
  }
  // What a lesson reads from the cluster (a Pod's name, a fact) stands for itself here, and prints as a placeholder.
  await play(
    new Proxy(stage, {
      get: (target, key) => (target as Record<PropertyKey, unknown>)[key] ?? placeholder(String(key)),
    }) as unknown as Stage,
  )
  return lines
}

const nothing = (command: string): Output => ({
  command,
  stdout: '',
  stderr: '',
  exitCode: 0,
  seconds: 0,
  again: () => Promise.resolve(nothing(command)),
})

/** Answers every property and every call with another of its kind, and every text with NAME. */
function placeholder(name: string): unknown {
  return new Proxy(() => {}, {
    get: (_, key) => {
      if (key === Symbol.toPrimitive || key === 'toString') return () => name.toUpperCase()
      if (key === 'then') return undefined
      if (key === Symbol.iterator) return function* () {}
      return placeholder(String(key))
    },
    apply: () => placeholder(name),
  })
}
