import { Errno } from '../../../node/process.ts'
import { builtins } from '../builtins/index.ts'
import type { Shell } from '../shell.ts'
import type { Completions } from './read-line.ts'

/** Commands where one is expected, file names elsewhere. */
export async function completionsFor(shell: Shell, before: string): Promise<Completions> {
  const word = /(?:[^\s;&|<>()'"\\]|\\.)*$/.exec(before)?.[0] ?? ''
  const first = /(?:^|[;&|(])\s*$/.test(before.slice(0, before.length - word.length))
  const words = first && !word.includes('/') ? await commands(shell, word) : await paths(shell, word, first)
  return { length: word.length, words }
}

async function commands(shell: Shell, start: string): Promise<string[]> {
  const folders = (shell.variables.get('PATH') ?? '').split(':')
  const programs = await Promise.all(folders.map((folder) => namesIn(shell, folder)))
  const names = new Set([...builtins.keys(), ...shell.functions.keys(), ...programs.flat()])
  return [...names].filter((name) => name.startsWith(start)).toSorted(byBytes)
}

const byBytes = (a: string, b: string) => (a < b ? -1 : 1)

async function paths(shell: Shell, word: string, runnable: boolean): Promise<string[]> {
  const plain = word.replaceAll(/\\(.)/g, '$1')
  const folder = plain.slice(0, plain.lastIndexOf('/') + 1)
  const start = plain.slice(folder.length)
  const home = shell.variables.get('HOME')
  const real = folder.startsWith('~/') && home !== undefined ? home + folder.slice(1) : folder
  const names = await namesIn(shell, real === '' ? '.' : real)
  const fitting = names.filter(
    (name) => name.startsWith(start) && (start !== '' || !name.startsWith('.')) && /^\P{Cc}+$/u.test(name),
  )
  const found = await Promise.all(
    fitting.map(async (name) => {
      const isFolder = (await shell.process.files.stat(real + name).catch(() => undefined))?.type === 'directory'
      if (runnable && !isFolder && !(await shell.process.files.mayExecute(real + name).catch(() => false))) return []
      return [folder + name.replaceAll(/[\s;&|<>()'"\\$`*?[#]/g, String.raw`\$&`) + (isFolder ? '/' : '')]
    }),
  )
  return found.flat().toSorted(byBytes)
}

async function namesIn(shell: Shell, folder: string): Promise<readonly string[]> {
  try {
    return await shell.process.files.list(folder)
  } catch (error) {
    if (error instanceof Errno) return []
    throw error
  }
}
