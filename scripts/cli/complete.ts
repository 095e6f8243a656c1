import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { contents, lessonNames } from '../contents.ts'
import type { CommandName } from './flags.ts'
import { connectionFlags, flags } from './flags.ts'
import { sectionNamed, words } from './names.ts'

/** One candidate a line with its description behind a tab, and the directive that keeps file names out (cobra's ShellCompDirective). */
const noFiles = ':4'
const files = ':0'

/** Milliseconds that a cluster may take to name its namespaces while somebody holds the Tab key. */
const patience = 2000

/**
 * What kubectl and the shells ask for: the words so far, the last of them being typed. Protocol: kubectl's pkg/cmd/plugin/plugin_completion.go.
 */
export async function complete(typed: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const current = typed.at(-1) ?? ''
  const before = typed.slice(0, -1)
  const [flag, value] =
    current.startsWith('--') && current.includes('=')
      ? [current.slice(0, current.indexOf('=')), current.slice(current.indexOf('=') + 1)]
      : [before.at(-1) ?? '', current]
  const of = flagNamed(flag)
  if (of?.flags.includes('<') === true) return valuesFor(of.flags, value, flag === before.at(-1) ? '' : `${flag}=`, env)
  return said(current.startsWith('-') ? flagsFor(before) : wordsFor(before), current)
}

const flagNamed = (typed: string) =>
  [...flags, ...connectionFlags].find(({ flags: spelled }) => spelled.split(/[ ,]+/).includes(typed))

async function valuesFor(spelled: string, value: string, prefix: string, env: NodeJS.ProcessEnv): Promise<string> {
  if (/<(file|folder|path)>/.test(spelled)) return files
  const known: Readonly<Record<string, () => Promise<readonly string[]> | readonly string[]>> = {
    '--context': () => kubectl(env, 'config', 'get-contexts', '-o', 'name'),
    '--cluster': () => kubectl(env, 'config', 'get-clusters').then((lines) => lines.slice(1)),
    '--user': () => kubectl(env, 'config', 'get-users').then((lines) => lines.slice(1)),
    '--namespace': () =>
      kubectl(env, 'get', 'namespaces', '-o', 'name').then((lines) =>
        lines.map((line) => line.replace('namespace/', '')),
      ),
    '--storage-class': () =>
      kubectl(env, 'get', 'storageclasses', '-o', 'name').then((lines) =>
        lines.map((line) => line.replace(/^.*\//, '')),
      ),
    '--output': () => ['json'],
    '--image': () => words.images.map((name) => `${name}=`),
  }
  const found = Object.entries(known).find(([name]) => spelled.includes(name))
  const candidates = found === undefined ? [] : await found[1]()
  return said(
    candidates.map((each) => [prefix + each, ''] as const),
    prefix + value,
  )
}

function wordsFor(before: readonly string[]): readonly (readonly [string, string])[] {
  const plain = positional(before)
  const [first] = plain
  if (first === 'completion') return words.shells.map((shell) => [shell, ''])
  if (first === 'sandbox') return plain.length === 1 ? words.sandbox.map((action) => [action, '']) : []
  const sections = lessonNames
    .filter((name) => !plain.includes(name))
    .map((name) => [name, contents[name].title] as const)
  if (first === undefined)
    return [...sections, ['all', 'one after another'], ...words.commands.map((name) => [name, ''] as const)]
  return first === 'clean' || sectionNamed(first) !== undefined ? sections : []
}

function flagsFor(before: readonly string[]): readonly (readonly [string, string])[] {
  const [first] = positional(before)
  const name: CommandName = first !== undefined && words.commands.includes(first) ? (first as CommandName) : 'play'
  return [...flags, ...connectionFlags]
    .filter(({ of }) => of.includes(name))
    .map(({ flags: spelled, help }) => [/--[a-z-]+/.exec(spelled)?.[0] ?? '', help] as const)
}

/** The words that are neither flags nor flags' values. */
const positional = (before: readonly string[]) =>
  before.filter(
    (word, index) => !word.startsWith('-') && flagNamed(before[index - 1] ?? '')?.flags.includes('<') !== true,
  )

const said = (candidates: readonly (readonly [string, string])[], current: string) =>
  [
    ...candidates
      .filter(([word]) => word.startsWith(current))
      .map(([word, help]) => (help === '' ? word : `${word}\t${help}`)),
    noFiles,
  ].join('\n')

const kubectl = (env: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<readonly string[]> =>
  promisify(execFile)(env['KUBECTL_PATH'] ?? 'kubectl', [...args], { env, timeout: patience }).then(
    ({ stdout }) => stdout.split('\n').filter((line) => line !== ''),
    () => [],
  )
