import type { Files, Stat } from '../../node/process.ts'
import { asBytes, asText } from './bytes.ts'

/** The same tree for who holds paths as bytes. */
export const filesByBytes = (files: Files): Files => ({
  stat: (path) => files.stat(asText(path)),
  lstat: (path) => files.lstat(asText(path)),
  list: async (path) => (await files.list(asText(path))).map(asBytes),
  open: (path, flags) => files.open(asText(path), flags),
  read: (path) => files.read(asText(path)),
  write: (path, data, flags) => files.write(asText(path), data, flags),
  makeDirectory: (path, mode) => files.makeDirectory(asText(path), mode),
  removeDirectory: (path) => files.removeDirectory(asText(path)),
  unlink: (path) => files.unlink(asText(path)),
  rename: (from, to) => files.rename(asText(from), asText(to)),
  link: (from, to) => files.link(asText(from), asText(to)),
  symlink: (target, path) => files.symlink(asText(target), asText(path)),
  readlink: async (path) => asBytes(await files.readlink(asText(path))),
  chmod: (path, mode) => files.chmod(asText(path), mode),
  chown: (path, uid, gid) => files.chown(asText(path), uid, gid),
  setTimes: (path, accessed, modified) => files.setTimes(asText(path), accessed, modified),
  real: async (path) => asBytes(await files.real(asText(path))),
  mayExecute: (path) => files.mayExecute(asText(path)),
  mounts: () => files.mounts(),
  space: (path) => files.space(asText(path)),
})

export const statOrNothing = (files: Files, path: string, follow = true): Promise<Stat | undefined> =>
  (follow ? files.stat(path) : files.lstat(path)).catch(() => undefined)

export const join = (folder: string, name: string) => (folder.endsWith('/') ? folder + name : `${folder}/${name}`)

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
