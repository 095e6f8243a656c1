import { Errno, type OpenFile, type Stat, type Terminal } from '../process.ts'
import { errno } from '../errno.ts'
import type { Description } from './description.ts'
import type { Task } from './task.ts'

/** A process's hold on an open file; let go when the process ends, whatever its program does. */
export class Handle implements OpenFile {
  readonly task: Task
  readonly description: Description
  open = true

  constructor(task: Task, description: Description) {
    this.task = task
    this.description = description
    description.hold()
    task.handles.add(this)
    if (task.status !== undefined) this.close()
  }

  async read(limit: number): Promise<Uint8Array> {
    this.#check()
    await this.task.enter()
    this.#check()
    return this.task.waiting(this.description.read(limit, this.task))
  }

  async write(data: Uint8Array): Promise<void> {
    this.#check()
    await this.task.enter()
    this.#check()
    try {
      await this.task.waiting(this.description.write(data, this.task))
    } catch (error) {
      if (error instanceof Errno && error.code === 'EPIPE') {
        this.task.raise('SIGPIPE')
        await this.task.enter()
      }
      throw error
    }
  }

  async seek(offset: number, from: 'start' | 'current' | 'end'): Promise<number> {
    this.#check()
    return this.description.seek(offset, from)
  }

  async stat(): Promise<Stat> {
    this.#check()
    return this.description.stat()
  }

  close(): void {
    if (!this.open) return
    this.open = false
    this.task.handles.delete(this)
    this.description.drop()
  }

  get terminal(): Terminal | undefined {
    return this.description.terminal
  }

  #check(): void {
    if (this.open) return
    this.task.check()
    throw errno('EBADF')
  }
}

/** Closed ones may still stand in a table of a program's. */
export const isOpen = (file: OpenFile): boolean => !(file instanceof Handle) || file.open

/** The kernel's side of what a program holds open. */
export function descriptionOf(file: OpenFile): Description {
  if (file instanceof Handle && file.open) return file.description
  throw errno('EBADF')
}
