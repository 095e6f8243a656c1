import type { Stat } from '../process.ts'
import type { Made } from './inode.ts'

/** In a directory with the setgid bit, what is new gets its group, and a directory the bit. */
export function inherited(made: Made, folder: Stat): Made {
  if ((folder.mode & 0o2000) === 0) return made
  return { ...made, gid: folder.gid, mode: made.type === 'directory' ? made.mode | 0o2000 : made.mode }
}
