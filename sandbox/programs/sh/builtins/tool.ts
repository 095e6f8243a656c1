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

/** `complain` prints a message, and goes on. */
export function tool(
  work: (
    process: Process,
    args: readonly string[],
    name: string,
    complain: (message: string) => Promise<void>,
  ) => Promise<number>,
): Tool {
  return async (process, [name = '', ...args], say = saidBy(name)) => {
    const complain = (message: string) => write(process, `${say(message)}\n`, 2)
    try {
      return await work(process, args, name, complain)
    } catch (error) {
      if (!(error instanceof Usage)) throw error
      await complain(error.message)
      return error.status
    }
  }
}
