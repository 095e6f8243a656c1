// What the builtins that are programs too have in common: they know a process, not the shell.
import { errno } from '../../../node/errno.ts'
import type { Process } from '../../../node/process.ts'

/** How a message is said: after the program's name, unless a shell has its own way. */
export type Say = (message: string) => string

export type Tool = (process: Process, argv: readonly string[], say?: Say) => Promise<number>

/** A mistake in what it was told: printed after who says it. */
export class Usage extends Error {
  readonly status: number
  constructor(message: string, status = 1) {
    super(message)
    this.status = status
  }
}

export const saidBy =
  (name: string): Say =>
  (message) =>
    `${name}: ${message}`

export async function write(process: Process, data: Uint8Array | string, fd = 1): Promise<void> {
  const file = process.fds.get(fd)
  if (file === undefined) throw errno('EBADF')
  if (data.length > 0) await file.write(typeof data === 'string' ? Buffer.from(data) : data)
}

/** Prints a Usage's message. */
export async function guarded(process: Process, say: Say, work: () => Promise<number>): Promise<number> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Usage)) throw error
    await write(process, `${say(error.message)}\n`, 2)
    return error.status
  }
}
