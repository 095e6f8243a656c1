// Path name expansion: POSIX 2.14.3.
import { Errno, type Files } from '../../../node/process.ts'
import { isPattern, matches, unquoted } from './pattern.ts'

/** The paths that a pattern stands for, sorted; none where there are none. */
export async function pathsFor(files: Files, pattern: string): Promise<readonly string[]> {
  if (!isPattern(pattern)) return []
  const parts = pattern.split(/(\/+)/).filter((part) => part !== '')
  let found = ['']
  for (const [index, part] of parts.entries()) {
    if (isPattern(part)) found = (await Promise.all(found.map((path) => below(files, path, part)))).flat()
    else {
      found = found.map((path) => path + unquoted(part))
      if (index === parts.length - 1) found = await existing(files, found)
    }
  }
  return found.toSorted((a, b) => (a < b ? -1 : 1))
}

async function below(files: Files, folder: string, part: string): Promise<string[]> {
  const hidden = part.startsWith('.') || part.startsWith(String.raw`\.`)
  const names = await attempt(() => files.list(folder === '' ? '.' : folder))
  const all = hidden ? ['.', '..', ...(names ?? [])] : (names ?? [])
  return all.filter((name) => (hidden || !name.startsWith('.')) && matches(part, name)).map((name) => folder + name)
}

async function existing(files: Files, paths: readonly string[]): Promise<string[]> {
  const there = await Promise.all(paths.map(async (path) => (await attempt(() => files.lstat(path))) !== undefined))
  return paths.filter((_, index) => there[index] === true)
}

async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Errno) return undefined
    throw error
  }
}
