import type { OpenFile, Process } from '../../node/process.ts'
import { encode } from '../applets/bytes.ts'
import { formatTime } from '../applets/time.ts'
import { type Level, levels, type Settings } from './settings.ts'
import { refused } from './syntax.ts'

/** The error log and the access logs. Written in the order of the calls, without making anybody wait. */
export class Logs {
  readonly #process: Process
  #level: Level = 'notice'
  #files = new Map<string, OpenFile>()
  #error: OpenFile | undefined
  #written: Promise<unknown> = Promise.resolve()

  constructor(process: Process) {
    this.#process = process
    this.#error = process.fds.get(2)
  }

  /** Opens what a configuration names; at first, after a reload and for USR1. Throws a ConfigError. */
  async open({ errorLog, servers }: Settings): Promise<void> {
    const paths = new Set([
      errorLog.path,
      ...servers
        .flatMap((server) => [server, ...server.locations])
        .flatMap(({ accessLogs }) => accessLogs.map(({ path }) => path)),
    ])
    const files = new Map<string, OpenFile>()
    for (const path of paths) files.set(path, await this.#opened(path))
    await this.flush()
    for (const file of this.#files.values()) if (file !== this.#process.fds.get(2)) file.close()
    this.#files = files
    this.#error = files.get(errorLog.path)
    this.#level = errorLog.level
  }

  async #opened(path: string): Promise<OpenFile> {
    const stderr = this.#process.fds.get(2)
    if (path === 'stderr' && stderr !== undefined) return stderr
    try {
      return await this.#process.files.open(path, { write: true, append: true, create: true, mode: 0o644 })
    } catch (error) {
      throw refused('open', path, error)
    }
  }

  error(level: Level, pid: number, text: string): void {
    if (levels.indexOf(level) < levels.indexOf(this.#level)) return
    const time = formatTime('%Y/%m/%d %H:%M:%S', this.#process.clock.now())
    this.#write(this.#error, `${time} [${level}] ${pid}#${pid}: ${text}\n`)
  }

  access(path: string, line: string): void {
    this.#write(this.#files.get(path), `${line}\n`)
  }

  /** Resolves when all of it has been written. */
  async flush(): Promise<void> {
    await this.#written
  }

  #write(file: OpenFile | undefined, line: string): void {
    this.#written = this.#written.then(() => file?.write(encode(line))).catch(() => undefined)
  }
}
