import type { Signal } from '../../contracts.ts'
import { errno } from '../errno.ts'
import type { Stat, Terminal } from '../process.ts'
import { anonymous, type Caller, Description, nextInode } from './description.ts'
import { LineEditor } from './line.ts'
import { Waiters } from './waiters.ts'

const nothing = new Uint8Array()

export interface TerminalOptions {
  /** /dev/pts/0 */
  readonly name: string
  readonly made: number
  /** What shows on the screen. */
  readonly show: (data: Uint8Array) => Promise<void> | void
}

/** A terminal as its processes have it: lines are edited, echoed and cut; ^C and ^Z go to the group in the foreground. */
export class TerminalDevice implements Terminal {
  readonly name: string
  columns = 80
  rows = 24
  foreground = 0
  /** Set once its session's first process is there. */
  session = 0
  signal: (group: number, signal: Signal) => void = () => {}
  /** The groups of its session that have stopped. */
  stopped: () => readonly number[] = () => []
  readonly inode = nextInode()
  readonly made: number
  readonly #show: TerminalOptions['show']
  readonly #filled = new Waiters()
  readonly #ready: Uint8Array[] = []
  readonly #line: LineEditor
  #raw = false
  gone = false

  constructor({ name, made, show }: TerminalOptions) {
    this.name = name
    this.made = made
    this.#show = show
    this.#line = new LineEditor({
      echo: (text) => void this.#print(Buffer.from(text, 'latin1')),
      ready: (data) => {
        this.#ready.push(data)
        this.#filled.wake()
      },
      signal: (signal) => this.signal(this.foreground, signal),
    })
  }

  get raw(): boolean {
    return this.#raw
  }

  set raw(raw: boolean) {
    this.#raw = raw
    if (raw) this.#line.flush()
  }

  /** Typed. */
  input(data: Uint8Array): void {
    if (this.gone) return
    if (this.#raw) {
      this.#ready.push(data.slice())
      this.#filled.wake()
    } else for (const byte of data) this.#line.type(byte)
  }

  resize(columns: number, rows: number): void {
    if (columns === this.columns && rows === this.rows) return
    this.columns = columns
    this.rows = rows
    this.signal(this.foreground, 'SIGWINCH')
  }

  /** Whoever sat before it is gone. */
  hangUp(): void {
    if (this.gone) return
    this.gone = true
    this.#filled.wake()
    for (const group of new Set([this.foreground, this.session, ...this.stopped()])) {
      this.signal(group, 'SIGHUP')
      this.signal(group, 'SIGCONT')
    }
  }

  async read(limit: number, by: Caller): Promise<Uint8Array> {
    for (;;) {
      if (by.session === this.session && by.group !== this.foreground) {
        await by.raiseInGroup('SIGTTIN')
        if (by.group !== this.foreground) throw errno('EIO')
        continue
      }
      const first = this.#ready.shift()
      if (first !== undefined) {
        if (first.length > limit) this.#ready.unshift(first.subarray(limit))
        return first.subarray(0, limit)
      }
      if (this.gone) return nothing
      await this.#filled.wait(by.ending)
    }
  }

  async write(data: Uint8Array): Promise<void> {
    if (this.gone) throw errno('EIO')
    await this.#print(data)
  }

  #print(data: Uint8Array): Promise<void> | void {
    if (!data.includes(10)) return this.#show(data.slice())
    return this.#show(Buffer.from(Buffer.from(data).toString('latin1').replaceAll('\n', '\r\n'), 'latin1'))
  }
}

/** A terminal that a process holds open. */
export class TerminalFile extends Description {
  readonly #device: TerminalDevice

  constructor(device: TerminalDevice) {
    super()
    this.#device = device
  }

  get name(): string {
    return this.#device.name
  }

  override get terminal(): Terminal {
    return this.#device
  }

  stat(): Stat {
    return anonymous('character', this.#device.inode, this.#device.made, 0o620)
  }

  override read(limit: number, by: Caller): Promise<Uint8Array> {
    return this.#device.read(limit, by)
  }

  override write(data: Uint8Array): Promise<void> {
    return this.#device.write(data)
  }
}
