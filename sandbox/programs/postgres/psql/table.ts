// Results as psql prints them: src/fe_utils/print.c.
import type { Column } from '../wire.ts'

export interface Result {
  readonly title?: string
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly (string | null)[])[]
  /** Lines after the table: indexes, references. */
  readonly footers?: readonly string[]
}

/** What \pset sets. */
export interface Format {
  format: 'aligned' | 'unaligned' | 'csv'
  border: number
  expanded: 'on' | 'off' | 'auto'
  tuples_only: boolean
  footer: boolean
  fieldsep: string
  null: string
  title: string
}

export const newFormat = (): Format => ({
  format: 'aligned',
  border: 1,
  expanded: 'off',
  tuples_only: false,
  footer: true,
  fieldsep: '|',
  null: '',
  title: '',
})

/** int8, int2, int4, oid, xid, cid, float4, float8, money, numeric. */
const numeric = new Set([20, 21, 23, 26, 28, 29, 700, 701, 790, 1700])

const width = (text: string) => [...text].length
const spaces = (count: number) => ' '.repeat(Math.max(0, count))
const widest = (texts: readonly string[]) => Math.max(0, ...texts.map(width))

type Rows = readonly (readonly string[])[]

export function printed(result: Result, format: Format): string {
  const rows = result.rows.map((row) => row.map((cell) => cell ?? format.null))
  const across = format.expanded === 'on'
  if (format.format === 'csv') return csv(result, rows, format, across)
  if (format.format === 'unaligned') return unaligned(result, rows, format, across)
  return across ? expanded(result, rows, format) : aligned(result, rows, format)
}

const endOf = ({ rows, footers }: Result, { footer }: Format) =>
  footers ?? (footer ? [`(${rows.length} ${rows.length === 1 ? 'row' : 'rows'})`] : [])

function aligned(result: Result, rows: Rows, format: Format): string {
  const { columns } = result
  const { border, tuples_only: bare } = format
  const title = result.title ?? format.title
  const cells = rows.map((row) => row.map((cell) => cell.split('\n')))
  const widths = columns.map(({ name }, at) => Math.max(width(name), ...cells.map((row) => widest(row[at] ?? []))))
  const framed = (parts: readonly string[], line: string, cross: string) =>
    border === 2 ? `${cross}${line}${parts.join(line + cross + line)}${line}${cross}` : parts.join(cross)
  const rule =
    border === 2
      ? framed(
          widths.map((each) => '-'.repeat(each)),
          '-',
          '+',
        )
      : widths.map((each) => '-'.repeat(each + 2 * border)).join(border === 0 ? ' ' : '+')
  const before = border === 1 ? ' ' : ''
  const between = border === 0 ? '' : '|'
  const edged = (line: string) => (border === 2 ? `| ${line}|` : line)
  const join = (parts: readonly string[]) =>
    edged(parts.map((part) => before + part).join(border === 2 ? '| ' : between))
  const lines: string[] = []
  if (!bare) {
    const total =
      widths.reduce((sum, each) => sum + each, 0) + columns.length * Math.min(3, 1 + 2 * border) + border - 2
    if (title !== '') lines.push(`${spaces(Math.floor((total + (border === 0 ? 2 : 0) - width(title)) / 2))}${title}`)
    if (border === 2) lines.push(rule)
    lines.push(join(columns.map(({ name }, at) => `${centred(name, widths[at] ?? 0)} `)), rule)
  }
  for (const row of cells) {
    const height = Math.max(1, ...row.map((each) => each.length))
    for (let line = 0; line < height; line += 1)
      lines.push(
        join(
          columns.map(({ oid }, at) => {
            const text = row[at]?.[line] ?? ''
            const goesOn = line + 1 < (row[at]?.length ?? 0)
            const padding = spaces((widths[at] ?? 0) - width(text))
            const open = at === columns.length - 1 && border < 2 && !goesOn
            if (open && line >= (row[at]?.length ?? 0)) return ''
            const padded = numeric.has(oid) ? padding + text : text + (open ? '' : padding)
            return padded + (goesOn ? '+' : open ? '' : ' ')
          }),
        ),
      )
  }
  if (border === 2) lines.push(rule)
  if (!bare) lines.push(...endOf(result, format))
  return `${lines.join('\n')}${lines.length > 0 ? '\n' : ''}\n`
}

function centred(text: string, room: number): string {
  const left = Math.floor((room - width(text)) / 2)
  return `${spaces(left)}${text}${spaces(room - width(text) - left)}`
}

function expanded(
  { columns, title, footers = [] }: Result,
  rows: Rows,
  { border, tuples_only: bare, title: own }: Format,
): string {
  if (rows.length === 0) return bare ? '' : '(0 rows)\n\n'
  const names = widest(columns.map(({ name }) => name))
  const values = widest(rows.flat().flatMap((cell) => cell.split('\n')))
  const dashes = (count: number) => '-'.repeat(count)
  const rule =
    [dashes(border * names), dashes(names + border), `+${dashes(names + 2)}+${dashes(values + 2)}+`][border] ?? ''
  const ruled = (label: string) => {
    if (border === 0) return `* Record ${label}`.padEnd(names + values)
    const text = `${border === 2 ? '+' : ''}-[ RECORD ${label} ]`
    const whole = border === 2 ? rule : `${rule}+${dashes(values + 1)}`
    return text + (border === 2 && text.length >= whole.length ? '-+' : whole.slice(text.length))
  }
  const above = title ?? own
  const lines: string[] = above === '' || bare ? [] : [above]
  const [before, between] =
    [
      ['', ' '],
      ['', ' | '],
      ['| ', ' | '],
    ][border] ?? []
  for (const [at, row] of rows.entries()) {
    if (!bare) lines.push(ruled(String(at + 1)))
    else if (at > 0) lines.push('')
    for (const [column, { name }] of columns.entries()) {
      const parts = (row[column] ?? '').split('\n')
      for (const [line, part] of parts.entries()) {
        const goesOn = line + 1 < parts.length
        const label = line === 0 ? name : ''
        const filled = goesOn || border === 2 ? part + spaces(values - width(part)) : part
        const end = `${goesOn ? '+' : border === 2 ? ' ' : ''}${border === 2 ? '|' : ''}`
        lines.push(`${before}${label}${spaces(names - width(label))}${between}${filled}${end}`)
      }
    }
  }
  if (border === 2) lines.push(rule)
  return `${[...lines, ...footers].join('\n')}\n\n`
}

function unaligned(result: Result, rows: Rows, format: Format, across: boolean): string {
  const { fieldsep, tuples_only: bare } = format
  const names = result.columns.map(({ name }) => name)
  if (across) {
    const records = rows.map((row) => names.map((name, at) => `${name}${fieldsep}${row[at]}`).join('\n'))
    return records.length === 0 ? '' : `${records.join('\n\n')}\n`
  }
  const title = result.title ?? format.title
  const above = bare ? [] : [...(title === '' ? [] : [title]), names.join(fieldsep)]
  const lines = [...above, ...rows.map((row) => row.join(fieldsep)), ...(bare ? [] : endOf(result, format))]
  return lines.map((line) => `${line}\n`).join('')
}

function csv({ columns }: Result, rows: Rows, { tuples_only: bare }: Format, across: boolean): string {
  const names = columns.map(({ name }) => name)
  const all = across
    ? rows.flatMap((row) => row.map((cell, at) => [names[at] ?? '', cell]))
    : [...(bare ? [] : [names]), ...rows]
  const quoted = (cell: string) => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
  return all.map((row) => `${row.map(quoted).join(',')}\n`).join('')
}
