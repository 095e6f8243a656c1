import type { OpenFile, Process } from '../../../node/process.ts'
import { connect } from '../client.ts'
import type { Client, Target } from '../client.ts'
import { columnsOf, reportOf, rowOf } from '../wire.ts'
import type { Column } from '../wire.ts'
import { copyIn } from './copy.ts'
import { Lines } from './lines.ts'
import { reported } from './report.ts'
import { newFormat, printed } from './table.ts'
import type { Format, Result } from './table.ts'

interface Running {
  readonly silent?: boolean
  /** Where what is copied comes from, or goes. */
  readonly file?: OpenFile | undefined
}

/** One run of psql: whom it is connected to, and how it prints. */
export class Session {
  readonly process: Process
  readonly format: Format = newFormat()
  readonly variables = new Map<string, string>()
  quiet = false
  #last = ''
  timing = false
  over = false
  /** "psql:FILE:LINE: " in front of what goes wrong in a file. */
  where: () => string = () => ''
  target: Target
  client: Client
  /** Where its commands come from, or would. */
  input: Lines
  /** \o: where results go instead. */
  output: OpenFile | undefined

  constructor(process: Process, target: Target, client: Client) {
    this.process = process
    this.target = target
    this.client = client
    this.input = new Lines(process.fds.get(0))
  }

  readonly out = async (text: string): Promise<void> => {
    if (text !== '') await this.process.fds.get(1)?.write(Buffer.from(text))
  }

  /** A result. */
  async show(text: string | Uint8Array): Promise<void> {
    if (text.length > 0) await (this.output ?? this.process.fds.get(1))?.write(Buffer.from(text))
  }

  async complain(text: string): Promise<void> {
    await this.process.fds.get(2)?.write(Buffer.from(this.where() + text))
  }

  /** Of a backslash command. */
  async fail(text: string): Promise<false> {
    await this.complain(`${this.where() === '' ? '' : 'error: '}${text}\n`)
    return false
  }

  lacks(command: string): Promise<false> {
    return this.fail(`\\${command}: missing required argument`)
  }

  warn(text: string): Promise<void> {
    return this.complain(`${this.where() === '' ? '' : 'warning: '}${text}\n`)
  }

  /** What a setting is now. */
  async tell(text: string): Promise<void> {
    if (!this.quiet) await this.out(`${text}\n`)
  }

  /** Commands are typed on a terminal. */
  get isInteractive(): boolean {
    return this.where() === '' && this.process.fds.get(0)?.terminal !== undefined
  }

  get stopsOnError(): boolean {
    return /^(1|on|true|yes)$/i.test(this.variables.get('ON_ERROR_STOP') ?? '')
  }

  async connect(target: Target): Promise<void> {
    const client = await connect(this.process, target)
    this.client.close()
    this.client = client
    this.target = target
  }

  /** With its :variables, :'quoted' or :"quoted" too; not where they stand in quotes. */
  filled(text: string): string {
    const quotes = /:'(\w+)'|:"(\w+)"|'(?:[^']|'')*'|"[^"]*"|\$(\w*)\$[^]*?\$\3\$|--[^\n]*|::|:([A-Za-z_]\w*)/g
    return text.replace(quotes, (whole: string, literal?: string, name?: string, _tag?: string, plain?: string) => {
      const value = this.variables.get(literal ?? name ?? plain ?? '')
      if (value === undefined) return whole
      if (literal !== undefined) return `'${value.replaceAll("'", "''")}'`
      return name === undefined ? value : `"${value.replaceAll('"', '""')}"`
    })
  }

  /** Runs SQL and prints what it gives. False where it failed. */
  async run(text: string, { silent = false, file }: Running = {}): Promise<boolean> {
    const sql = this.filled(text)
    if (!silent) this.#last = text
    let columns: readonly Column[] = []
    let rows: Result['rows'][number][] = []
    let succeeded = true
    let copied = false
    const began = this.process.clock.now()
    await this.client.query(sql, async (message) => {
      if (message.type === 'T') [columns, rows] = [columnsOf(message), []]
      else if (message.type === 'D') rows.push(rowOf(message))
      else if (message.type === 'H') copied = file === undefined
      else if (message.type === 'd') await (file?.write(message.body) ?? this.show(message.body))
      else if (message.type === 'G') await copyIn(this, file === undefined ? this.input : new Lines(file))
      else if (message.type === 'C') {
        const tag = message.body.toString('utf8', 0, message.body.length - 1)
        const isQuery = columns.length > 0
        if (isQuery) await this.print({ columns, rows })
        const told = isQuery ? !/^(SELECT|SHOW|EXPLAIN|FETCH)/.test(tag) : !copied
        if (told && !this.quiet && !silent) await this.show(`${tag}\n`)
        ;[columns, copied] = [[], false]
      } else if (message.type === 'E' || message.type === 'N') {
        succeeded &&= message.type === 'N'
        await this.complain(reported(reportOf(message), sql))
      }
    })
    if (this.timing && !silent)
      await this.out(`Time: ${Math.max(0.001, this.process.clock.now() - began).toFixed(3)} ms\n`)
    return succeeded
  }

  /** What was run last. */
  again(how: string): Promise<boolean> {
    return this.#last === '' ? Promise.resolve(true) : this.send(this.#last, how)
  }

  /** \g, \gx (across), \gset (into variables). */
  async send(sql: string, how: string): Promise<boolean> {
    const [name = '', prefix = ''] = how.split(/\s+/)
    this.#last = sql
    if (name === 'gset') {
      const { columns, rows } = await this.ask(this.filled(sql))
      const [row] = rows
      if (row === undefined || rows.length > 1)
        return this.fail(
          `${row === undefined ? 'no' : 'more than one'} row${row === undefined ? 's' : ''} returned for \\gset`,
        )
      for (const [at, column] of columns.entries()) this.variables.set(prefix + column.name, row[at] ?? '')
      return true
    }
    const before = { ...this.format }
    if (name === 'gx') this.format.expanded = 'on'
    for (const [, key, value] of how.matchAll(/[(\s](\w+)=([^\s)]+)/g))
      Object.assign(this.format, { [key ?? '']: value })
    return this.run(sql).finally(() => Object.assign(this.format, before))
  }

  /** For psql's own questions. */
  async ask(sql: string): Promise<Result> {
    const rows: Result['rows'][number][] = []
    let columns: readonly Column[] = []
    await this.client.query(sql, async (message) => {
      if (message.type === 'T') columns = columnsOf(message)
      if (message.type === 'D') rows.push(rowOf(message))
      if (message.type === 'E') await this.complain(reported(reportOf(message), sql))
    })
    return { columns, rows }
  }

  print(result: Result): Promise<void> {
    return this.show(printed(result, this.format))
  }
}
