// What the builtins that are programs too have in common: they know a process, not the shell.
import { errno } from '../../../node/errno.ts'
import type { Process } from '../../../node/process.ts'

export type Tool = (process: Process, argv: readonly string[]) => Promise<number>

/** A mistake in what it was told: printed after who says it. */
export class Usage extends Error {
  readonly status: number
  constructor(message: string, status = 1) {
    super(message)
    this.status = status
  }
}

export async function write(process: Process, data: Uint8Array | string, fd = 1): Promise<void> {
  const file = process.fds.get(fd)
  if (file === undefined) throw errno('EBADF')
  if (data.length > 0) await file.write(typeof data === 'string' ? Buffer.from(data) : data)
}

/** Prints a Usage's message under `who`'s name. */
export async function guarded(process: Process, who: string, work: () => Promise<number>): Promise<number> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Usage)) throw error
    await write(process, `${who}: ${error.message}\n`, 2)
    return error.status
  }
}
