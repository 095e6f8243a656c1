import type { Process } from '../../node/process.ts'

/** "2026-01-31 12:00:00.123 UTC" */
export const timestamp = (at: number, milliseconds = true) =>
  `${new Date(at)
    .toISOString()
    .replace('T', ' ')
    .slice(0, milliseconds ? 23 : 19)} UTC`

/** A line of the server's log, on its stderr. */
export type Log = (level: string, text: string, pid?: number) => Promise<void>

export const logOf =
  (process: Process): Log =>
  async (level, text, pid = process.pid) => {
    const line = `${timestamp(process.clock.now())} [${pid}] ${level}:  ${text.replaceAll('\n', '\n\t')}\n`
    await process.fds.get(2)?.write(Buffer.from(line))
  }
