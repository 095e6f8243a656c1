import { errno } from '../../errno.ts'
import type { Stat } from '../../process.ts'
import type { Directory, Inode, RegularFile, Symlink, Walker } from '../inode.ts'

/** Whose it is, and since when. */
export interface Owned {
  readonly uid: number
  readonly gid: number
  readonly since: number
}

const device = 22
const numbers = new Map<string, number>()

/** The same entry has the same inode number whenever it is looked at. */
function numberOf(path: string): number {
  const number = numbers.get(path) ?? 4_026_531_900 + numbers.size
  if (numbers.size < 10_000) numbers.set(path, number)
  return number
}

const statOf = (type: Stat['type'], mode: number, { uid, gid, since }: Owned, path: string): Stat => ({
  type,
  mode,
  uid,
  gid,
  size: 0,
  links: type === 'directory' ? 9 : 1,
  inode: numberOf(path),
  device,
  modified: since,
  changed: since,
  accessed: since,
  blocks: 0,
})

const refuse = (): never => {
  throw errno('EPERM')
}

/** A file whose content is made when it is read. */
export function procFile(path: string, owned: Owned, content: () => string, mode = 0o444): RegularFile {
  return {
    type: 'file',
    program: undefined,
    stat: () => statOf('file', mode, owned, path),
    change: refuse,
    read: (offset, limit) => Buffer.from(content()).subarray(offset, offset + limit),
    write: () => {
      throw errno('EIO')
    },
    truncate: () => {},
    hold: () => {},
    drop: () => {},
  }
}

export function procLink(
  path: string,
  owned: Owned,
  target: (by: Walker) => string,
  jump?: (by: Walker) => Inode,
  mode = 0o777,
): Symlink {
  return {
    type: 'symlink',
    stat: () => statOf('symlink', mode, owned, path),
    change: refuse,
    target,
    ...(jump === undefined ? {} : { jump }),
  }
}

/** Nothing can be made or removed in it. */
export function procDirectory(
  path: string,
  owned: Owned,
  names: () => readonly string[],
  find: (name: string) => Inode | undefined,
  mode = 0o555,
): Directory {
  const absent = (): never => {
    throw errno('ENOENT')
  }
  return {
    type: 'directory',
    stat: () => statOf('directory', mode, owned, path),
    change: refuse,
    names,
    find,
    make: absent,
    link: refuse,
    remove: refuse,
    move: refuse,
  }
}

/** A directory of entries that are always the same. */
export function fixed(
  path: string,
  owned: Owned,
  entries: Readonly<Record<string, () => Inode>>,
  mode?: number,
): Directory {
  const map = new Map(Object.entries(entries))
  return procDirectory(
    path,
    owned,
    () => [...map.keys()],
    (name) => map.get(name)?.(),
    mode,
  )
}
