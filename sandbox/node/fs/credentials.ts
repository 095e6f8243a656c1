import { errno } from '../errno.ts'
import type { Stat } from '../process.ts'
import type { Made } from './inode.ts'

export interface Credentials {
  readonly uid: number
  readonly gid: number
  readonly groups: readonly number[]
}

export const root: Credentials = { uid: 0, gid: 0, groups: [] }

type Right = 'read' | 'write' | 'execute'
const bits: Readonly<Record<Right, number>> = { read: 4, write: 2, execute: 1 }

/** As path_resolution(7) has it; root may do everything, except execute what nobody may. */
export function may({ uid, gid, groups }: Credentials, right: Right, stat: Stat): boolean {
  if (uid === 0) return right !== 'execute' || stat.type === 'directory' || (stat.mode & 0o111) !== 0
  const shift = stat.uid === uid ? 6 : stat.gid === gid || groups.includes(stat.gid) ? 3 : 0
  return ((stat.mode >> shift) & bits[right]) !== 0
}

export function need(who: Credentials, right: Right, stat: Stat): void {
  if (!may(who, right, stat)) throw errno('EACCES')
}

/** In a directory with the setgid bit, what is new gets its group, and a directory the bit. */
export function inherited(made: Made, folder: Stat): Made {
  if ((folder.mode & 0o2000) === 0) return made
  return { ...made, gid: folder.gid, mode: made.type === 'directory' ? made.mode | 0o2000 : made.mode }
}
