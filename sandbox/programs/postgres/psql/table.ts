// Results as psql prints them: src/fe_utils/print.c.
import type { Column } from '../wire.ts'

export interface Result {
  readonly title?: string
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly (string | null)[])[]
  /** Lines after the table: indexes, references. */
  readonly footers?: readonly string[]
}

export interface Format {
  aligned: boolean
  expanded: boolean
  tuplesOnly: boolean
  separator: string
}

/** int8, int2, int4, oid, xid, cid, float4, float8, money, numeric. */
const numeric = new Set([20, 21, 23, 26, 28, 29, 700, 701, 790, 1700])

const width = (text: string) => [...text].length
const spaces = (count: number) => ' '.repeat(Math.max(0, count))

export function printed(result: Result, format: Format): string {
  const rows = result.rows.map((row) => row.map((cell) => cell ?? ''))
  if (!format.aligned) return unaligned(result, rows, format)
  return format.expanded ? expanded(result, rows, format) : aligned(result, rows, format)
}

const count = ({ rows, footers }: Result) =>
  footers === undefined ? [`(${rows.length} ${rows.length === 1 ? 'row' : 'rows'})`] : footers

type Rows = readonly (readonly string[])[]

function aligned(result: Result, rows: Rows, { tuplesOnly }: Format): string {
  const { columns, title } = result
  const cells = rows.map((row) => row.map((cell) => cell.split('\n')))
  const widths = columns.map(({ name }, at) =>
    Math.max(width(name), ...cells.map((row) => Math.max(...(row[at] ?? ['']).map(width)))),
  )
  const lines: string[] = []
  if (!tuplesOnly) {
    const total = widths.reduce((sum, each) => sum + each + 3, -1)
    if (title !== undefined) lines.push(`${spaces(Math.floor((total - width(title)) / 2))}${title}`)
    lines.push(columns.map(({ name }, at) => ` ${centred(name, widths[at] ?? 0)} `).join('|'))
    lines.push(widths.map((each) => '-'.repeat(each + 2)).join('+'))
  }
  for (const row of cells) {
    const height = Math.max(1, ...row.map((each) => each.length))
    for (let line = 0; line < height; line += 1)
      lines.push(
        columns
          .map(({ oid }, at) => {
            const text = row[at]?.[line] ?? ''
            const goesOn = line + 1 < (row[at]?.length ?? 0)
            const padding = spaces((widths[at] ?? 0) - width(text))
            const last = at === columns.length - 1
            if (numeric.has(oid)) return ` ${padding}${text}${goesOn ? '+' : last ? '' : ' '}`
            return ` ${text}${last && !goesOn ? '' : padding}${goesOn ? '+' : last ? '' : ' '}`
          })
          .join('|'),
      )
  }
  if (!tuplesOnly) lines.push(...count(result))
  return `${lines.join('\n')}${lines.length > 0 ? '\n' : ''}\n`
}

function centred(text: string, room: number): string {
  const left = Math.floor((room - width(text)) / 2)
  return `${spaces(left)}${text}${spaces(room - width(text) - left)}`
}

function expanded({ columns, title, footers }: Result, rows: Rows, { tuplesOnly }: Format): string {
  if (rows.length === 0) return tuplesOnly ? '' : '(0 rows)\n\n'
  const names = Math.max(...columns.map(({ name }) => width(name)))
  const values = Math.max(0, ...rows.flat().flatMap((cell) => cell.split('\n').map(width)))
  const lines: string[] = title === undefined || tuplesOnly ? [] : [title]
  rows.forEach((row, at) => {
    if (!tuplesOnly) {
      const label = `-[ RECORD ${at + 1} ]`
      const rule = `${'-'.repeat(names + 1)}+${'-'.repeat(values + 1)}`
      lines.push(label + rule.slice(label.length))
    } else if (at > 0) lines.push('')
    columns.forEach(({ name }, column) => {
      const parts = (row[column] ?? '').split('\n')
      parts.forEach((part, line) => {
        const goesOn = line + 1 < parts.length
        const label = line === 0 ? name : ''
        lines.push(
          `${label}${spaces(names - width(label))} | ${part}${goesOn ? `${spaces(values - width(part))}+` : ''}`,
        )
      })
    })
  })
  return `${[...lines, ...(footers ?? [])].join('\n')}\n\n`
}

function unaligned(result: Result, rows: Rows, { tuplesOnly, separator, expanded: across }: Format): string {
  if (across) {
    const records = rows.map((row) => result.columns.map(({ name }, at) => `${name}${separator}${row[at]}`).join('\n'))
    return records.length === 0 ? '' : `${records.join('\n\n')}\n`
  }
  const lines = rows.map((row) => row.join(separator))
  if (!tuplesOnly) {
    lines.unshift(result.columns.map(({ name }) => name).join(separator))
    if (result.title !== undefined) lines.unshift(result.title)
    lines.push(...count(result))
  }
  return lines.map((line) => `${line}\n`).join('')
}
