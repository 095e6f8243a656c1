// Errors and notices as libpq words them: src/interfaces/libpq/fe-protocol3.c, pqBuildErrorMessage3.
import type { Report } from '../wire.ts'

const display = 60
const rightCut = 10

export function reported(
  { S: severity = '', M: text = '', P: position, D: detail, H: hint, W: context }: Report,
  sql: string,
): string {
  const lines = [`${severity}:  ${text}`]
  if (position !== undefined) lines.push(...pointed(sql, Number(position) - 1))
  if (detail !== undefined) lines.push(`DETAIL:  ${detail}`)
  if (hint !== undefined) lines.push(`HINT:  ${hint}`)
  if (context !== undefined && severity === 'ERROR') lines.push(`CONTEXT:  ${context}`)
  return `${lines.join('\n')}\n`
}

function pointed(sql: string, position: number): readonly string[] {
  const characters = [...sql]
  const before = characters.slice(0, position).join('')
  const number = before.split('\n').length
  const whole = [...(sql.split('\n')[number - 1] ?? '').replaceAll('\t', ' ')]
  const column = [...(before.split('\n').at(-1) ?? '')].length
  let [begin, end] = [0, whole.length]
  let [head, tail] = ['', '']
  if (whole.length > display) {
    if (column + rightCut < display) [end, tail] = [display, '...']
    else {
      if (column + rightCut < whole.length) [end, tail] = [column + rightCut, '...']
      if (end - begin > display) [begin, head] = [end - display, '...']
    }
  }
  const label = `LINE ${number}: ${head}`
  return [`${label}${whole.slice(begin, end).join('')}${tail}`, `${' '.repeat(label.length + column - begin)}^`]
}
