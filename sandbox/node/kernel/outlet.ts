import type { Stat } from '../process.ts'
import { anonymous, Description, nextInode } from './description.ts'

/** The writing end of a pipe that the node itself reads: to a container's log, or to who looks on. */
export class Outlet extends Description {
  readonly #inode = nextInode()
  readonly name = `pipe:[${this.#inode}]`
  readonly #made: number
  readonly #write: (data: Uint8Array) => Promise<void>
  protected override readonly released: () => void

  constructor(made: number, write: (data: Uint8Array) => Promise<void>, released: () => void = () => {}) {
    super()
    this.#made = made
    this.#write = write
    this.released = released
  }

  stat(): Stat {
    return anonymous('pipe', this.#inode, this.#made)
  }

  override write(data: Uint8Array): Promise<void> {
    return this.#write(data)
  }
}
