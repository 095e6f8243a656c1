import type { Names } from './fs/disk.ts'

interface Owner {
  readonly uid: number
  readonly gid: number
  readonly mode: number
  /** A symlink's. */
  readonly target?: string
}

/** Whose the files of the disk are, and what may be done with them: on the host they all belong to whoever runs the sandbox. In memory, as long as it runs. */
export class Ownership {
  readonly #table = new Map<string, Owner>()

  /** What no container has made, Postgres' files, belongs to who has the folder that it is in. */
  of(names: Names, hostMode: number): Owner {
    const own = this.#table.get(key(names))
    if (own !== undefined) return own
    for (let length = names.length - 1; length > 0; length -= 1) {
      const above = this.#table.get(key(names.slice(0, length)))
      if (above !== undefined) return { uid: above.uid, gid: above.gid, mode: hostMode }
    }
    return { uid: 0, gid: 0, mode: hostMode }
  }

  set(names: Names, owner: Owner): void {
    this.#table.set(key(names), owner)
  }

  copy(names: Names, to: Names): void {
    const own = this.#table.get(key(names))
    if (own !== undefined) this.#table.set(key(to), own)
  }

  remove(names: Names): void {
    for (const [path] of this.#below(names)) this.#table.delete(path)
  }

  move(names: Names, to: Names): void {
    const moved = this.#below(names)
    this.remove(names)
    this.remove(to)
    for (const [path, owner] of moved) this.#table.set(key(to) + path.slice(key(names).length), owner)
  }

  #below(names: Names): readonly (readonly [string, Owner])[] {
    const at = key(names)
    return [...this.#table].filter(([path]) => path === at || path.startsWith(`${at}/`))
  }
}

const key = (names: Names): string => names.join('/')
