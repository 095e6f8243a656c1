// What programs say of a file that they cannot open or read. BusyBox's differ among each other, by the functions of libbb that they use.
import type { Dialect } from './applet.ts'

const quoting = new Set('cat tail uniq more less tar dd md5sum sha1sum sha256sum sha512sum'.split(' '))

const openedByGnu: Readonly<Record<string, (path: string) => string>> = {
  head: (path) => `cannot open '${path}' for reading`,
  tail: (path) => `cannot open '${path}' for reading`,
  sort: (path) => `cannot read: ${path}`,
  tac: (path) => `failed to open '${path}' for reading`,
  tar: (path) => `${path}: Cannot open`,
  dd: (path) => `failed to open '${path}'`,
}

/** What stands before strerror's words. */
export function cannotOpen(name: string, dialect: Dialect, path: string): string {
  if (dialect === 'gnu') return openedByGnu[name]?.(path) ?? path
  return quoting.has(name) ? `can't open '${path}'` : path
}

type Words = (path: string, why: string) => string
const plain: Words = (path, why) => `${path}: ${why}`
const readByBusyBox: Readonly<Record<string, Words>> = {
  cat: (_, why) => `read error: ${why}`,
  tail: (_, why) => `read error: ${why}`,
  head: (path) => `${path}: Input/output error`,
  uniq: (path) => `${path}: I/O error`,
  od: (path) => `${path}: read error`,
  wc: plain,
  tac: plain,
  tar: plain,
}
const readByGnu: Readonly<Record<string, Words>> = {
  head: (path, why) => `error reading '${path}': ${why}`,
  tail: (path, why) => `error reading '${path}': ${why}`,
  sort: (path, why) => `read failed: ${path}: ${why}`,
  sed: (path, why) => `couldn't read ${path}: ${why}`,
}

/** Nothing where the program takes it for an empty file. */
export const cannotRead = (name: string, dialect: Dialect, path: string, why: string): string | undefined =>
  dialect === 'gnu' ? (readByGnu[name] ?? plain)(path, why) : readByBusyBox[name]?.(path, why)
