import type { Files, Stat } from '../../node/process.ts'
import { asBytes, asText } from './bytes.ts'

/** The same tree for who holds paths, names and links as bytes. */
export function filesByBytes(files: Files): Files {
  const given = (value: unknown) => (typeof value === 'string' ? asText(value) : value)
  const found = (value: unknown): unknown => {
    if (typeof value === 'string') return asBytes(value)
    return Array.isArray(value) && typeof value[0] === 'string' ? value.map(found) : value
  }
  return new Proxy(files, {
    get: (_, name) => {
      const call = Reflect.get(files, name) as (...args: readonly unknown[]) => unknown
      return (...args: readonly unknown[]) => {
        const result = call.apply(files, args.map(given))
        return result instanceof Promise ? result.then(found) : result
      }
    },
  })
}

export const statOrNothing = (files: Files, path: string, follow = true): Promise<Stat | undefined> =>
  (follow ? files.stat(path) : files.lstat(path)).catch(() => undefined)

export const join = (folder: string, name: string) => (folder.endsWith('/') ? folder + name : `${folder}/${name}`)

/** Whatever of the folders above a path is not there. */
export async function makeParents(files: Files, path: string): Promise<void> {
  const parents = [...path.matchAll(/(?<=[^/])\/+(?=[^/])/g)].map(({ index }) => path.slice(0, index))
  for (const folder of parents)
    if ((await statOrNothing(files, folder))?.type !== 'directory') await files.makeDirectory(folder)
}

/** As cp -p and tar keep them; who may not give a file away keeps it. */
export async function keepAttributes(files: Files, path: string, stat: Stat): Promise<void> {
  await files.chown(path, stat.uid, stat.gid).catch(() => undefined)
  await files.chmod(path, stat.mode)
  await files.setTimes(path, stat.accessed, stat.modified)
}

/** The last part of a path. */
export const baseName = (path: string) => path.replace(/(?!^)\/+$/, '').replace(/^.*\/(?=.)/, '')

/** Everything at and below a path, parents first; links are not followed. */
export async function* walk(
  files: Files,
  path: string,
): AsyncGenerator<{ readonly path: string; readonly stat: Stat }> {
  const stat = await files.lstat(path)
  yield { path, stat }
  if (stat.type !== 'directory') return
  for (const name of (await files.list(path)).toSorted()) yield* walk(files, join(path, name))
}

const kinds = { file: '-', directory: 'd', symlink: 'l', pipe: 'p', socket: 's', character: 'c', block: 'b' } as const

/** drwxr-xr-x */
export function modeString({ type, mode }: Stat): string {
  const triple = (bits: number, special: boolean, letter: string) => {
    const x = (bits & 1) !== 0
    const last = special ? (x ? letter : letter.toUpperCase()) : x ? 'x' : '-'
    return `${bits & 4 ? 'r' : '-'}${bits & 2 ? 'w' : '-'}${last}`
  }
  const { [type]: kind } = kinds
  return (
    kind +
    triple(mode >> 6, (mode & 0o4000) !== 0, 's') +
    triple(mode >> 3, (mode & 0o2000) !== 0, 's') +
    triple(mode, (mode & 0o1000) !== 0, 't')
  )
}

/** A mode as chmod takes it: 755, u+x, go-w,a=r. Nothing where it is none. */
export function changedMode(
  text: string,
  { mode, type }: Pick<Stat, 'mode' | 'type'>,
  umask: number,
): number | undefined {
  if (/^[0-7]{1,4}$/.test(text)) return parseInt(text, 8)
  let now = mode
  for (const clause of text.split(',')) {
    const match = /^([ugoa]*)((?:[-+=][rwxXstugo]*)+)$/.exec(clause)
    if (match === null) return undefined
    const who = match[1] ?? ''
    const all = who === '' || who.includes('a')
    const mask =
      (all || who.includes('u') ? 0o4700 : 0) |
      (all || who.includes('g') ? 0o2070 : 0) |
      (all || who.includes('o') ? 0o1007 : 0)
    for (const [, operator, letters = ''] of (match[2] ?? '').matchAll(/([-+=])([rwxXstugo]*)/g)) {
      let bits = 0
      if (letters.includes('r')) bits |= 0o444
      if (letters.includes('w')) bits |= 0o222
      if (letters.includes('x') || (letters.includes('X') && (type === 'directory' || (now & 0o111) !== 0)))
        bits |= 0o111
      if (letters.includes('s')) bits |= 0o6000
      if (letters.includes('t')) bits |= 0o1000
      for (const [letter, shift] of [
        ['u', 6],
        ['g', 3],
        ['o', 0],
      ] as const)
        if (letters.includes(letter)) bits |= ((now >> shift) & 7) * 0o111
      bits &= letters.includes('t') ? mask | 0o1000 : mask
      if (who === '') bits &= ~umask
      now = operator === '=' ? (now & ~mask) | bits : operator === '+' ? now | bits : now & ~bits
    }
  }
  return now
}
