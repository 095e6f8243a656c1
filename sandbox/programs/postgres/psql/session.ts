import type { Process } from '../../../node/process.ts'
import { connect } from '../client.ts'
import type { Client, Target } from '../client.ts'
import { columnsOf, reportOf, rowOf } from '../wire.ts'
import type { Column } from '../wire.ts'
import { reported } from './report.ts'
import { printed } from './table.ts'
import type { Format, Result } from './table.ts'

/** One run of psql: whom it is connected to, and how it prints. */
export class Session {
  readonly process: Process
  readonly format: Format = { aligned: true, expanded: false, tuplesOnly: false, separator: '|' }
  readonly variables = new Map<string, string>()
  quiet = false
  timing = false
  over = false
  /** "psql:FILE:LINE: " in front of what goes wrong in a file. */
  where: () => string = () => ''
  target: Target
  client: Client

  constructor(process: Process, target: Target, client: Client) {
    this.process = process
    this.target = target
    this.client = client
  }

  async out(text: string): Promise<void> {
    if (text !== '') await this.process.fds.get(1)?.write(Buffer.from(text))
  }

  async complain(text: string): Promise<void> {
    await this.process.fds.get(2)?.write(Buffer.from(this.where() + text))
  }

  /** Of a backslash command. */
  fail(text: string): Promise<void> {
    return this.complain(`${this.where() === '' ? '' : 'error: '}${text}\n`)
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

  /** Runs SQL and prints what it gives. False where it failed. */
  async run(sql: string): Promise<boolean> {
    const { format } = this
    let columns: readonly Column[] = []
    let rows: Result['rows'][number][] = []
    let succeeded = true
    const began = this.process.clock.now()
    await this.client.query(sql, async (message) => {
      switch (message.type) {
        case 'T':
          columns = columnsOf(message)
          rows = []
          return
        case 'D':
          rows.push(rowOf(message))
          return
        case 'C': {
          const tag = message.body.toString('utf8', 0, message.body.length - 1)
          if (columns.length > 0) await this.out(printed({ columns, rows }, format))
          if ((columns.length === 0 || !/^(SELECT|SHOW|EXPLAIN|FETCH)/.test(tag)) && !this.quiet && !format.tuplesOnly)
            await this.out(`${tag}\n`)
          columns = []
          return
        }
        case 'E':
          succeeded = false
          return this.complain(reported(reportOf(message), sql))
        case 'N':
          return this.complain(reported(reportOf(message), sql))
        default:
      }
    })
    if (this.timing) await this.out(`Time: ${Math.max(0.001, this.process.clock.now() - began).toFixed(3)} ms\n`)
    return succeeded
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
    return this.out(printed(result, this.format))
  }
}
