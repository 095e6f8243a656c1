import { type Caller, Description } from '../kernel/description.ts'
import { errno } from '../errno.ts'
import type { OpenFlags, Stat } from '../process.ts'
import type { Directory, RegularFile } from './inode.ts'

/** An open regular file: its place in it is shared by all who inherited it. */
export class OpenRegular extends Description {
  readonly name: string
  readonly #file: RegularFile
  readonly #flags: OpenFlags
  #offset = 0

  constructor(file: RegularFile, name: string, flags: OpenFlags) {
    super()
    this.#file = file
    this.name = name
    this.#flags = flags
    file.hold()
  }

  stat(): Stat {
    return this.#file.stat()
  }

  override async read(limit: number): Promise<Uint8Array> {
    if (this.#flags.read === false) throw errno('EBADF')
    const data = this.#file.read(this.#offset, limit)
    this.#offset += data.length
    return data
  }

  override async write(data: Uint8Array, _by: Caller): Promise<void> {
    if (this.#flags.write !== true && this.#flags.append !== true) throw errno('EBADF')
    if (this.#flags.append === true) this.#offset = this.#file.stat().size
    this.#file.write(this.#offset, data)
    this.#offset += data.length
  }

  override seek(offset: number, from: 'start' | 'current' | 'end'): number {
    const base = from === 'start' ? 0 : from === 'current' ? this.#offset : this.#file.stat().size
    if (base + offset < 0) throw errno('EINVAL')
    this.#offset = base + offset
    return this.#offset
  }

  override reopen(flags: OpenFlags): Description {
    if (flags.truncate === true) this.#file.truncate(0)
    return new OpenRegular(this.#file, this.name, flags)
  }

  protected override released(): void {
    this.#file.drop()
  }
}

/** An open directory is good for its stat. */
export class OpenDirectory extends Description {
  readonly name: string
  readonly #directory: Directory

  constructor(directory: Directory, name: string) {
    super()
    this.#directory = directory
    this.name = name
  }

  stat(): Stat {
    return this.#directory.stat()
  }

  override read(): Promise<Uint8Array> {
    return Promise.reject(errno('EISDIR'))
  }
}
