// Cuts what is typed into statements and backslash commands, as psql's scanner does: src/fe_utils/psqlscan.l.
/** A statement, and the \\g that it ends with; or a command. */
export type Part = { readonly sql: string; readonly how?: string } | { readonly command: string }

interface Cut {
  readonly parts: readonly Part[]
  /** What is not complete yet. */
  readonly rest: string
  /** For the prompt: = new, - goes on, ' " $ * inside of something, ( in parentheses. */
  readonly inside: string
}

const opening = /--[^\n]*|\/\*|'|"|\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$|[();\\]/g

export function cut(text: string): Cut {
  const parts: Part[] = []
  let start = 0
  let depth = 0
  let inside = ''
  opening.lastIndex = 0
  for (let found = opening.exec(text); found !== null; found = opening.exec(text)) {
    const [token] = found
    const after = opening.lastIndex
    if (token === '(') depth += 1
    else if (token === ')') depth = Math.max(0, depth - 1)
    else if (token === ';') {
      if (depth > 0) continue
      parts.push({ sql: text.slice(start, after).trimStart() })
      start = after
    } else if (token === '\\' && text[after] === ';') {
      // Sent along with what follows.
      text = text.slice(0, found.index) + text.slice(after)
      opening.lastIndex = after
    } else if (token === '\\') {
      const end = lineEnd(text, after)
      const before = text.slice(start, found.index)
      const command = text.slice(after, end).trim()
      // \g, \gx and the like send what stands before them; after any other, what was begun goes on.
      if (before.trim() !== '' && command.startsWith('g')) {
        parts.push({ sql: before.trim(), ...(command === 'g' ? {} : { how: command }) })
        text = text.slice(end)
      } else {
        parts.push({ command })
        text = before + text.slice(end)
      }
      start = 0
      opening.lastIndex = before.trim() !== '' && !command.startsWith('g') ? before.length : 0
    } else if (!token.startsWith('--')) {
      const end = closing(text, token, after)
      if (end === undefined) {
        inside = token === '/*' ? '*' : token.slice(0, 1)
        break
      }
      opening.lastIndex = end
    }
  }
  const rest = text.slice(start)
  const begun = rest.replaceAll(/--[^\n]*/g, '').trim() !== ''
  return {
    parts,
    rest: begun || inside !== '' ? rest.trimStart() : '',
    inside: inside || (depth > 0 ? '(' : begun ? '-' : '='),
  }
}

const lineEnd = (text: string, from: number) => {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}

function closing(text: string, token: string, from: number): number | undefined {
  const end = token === '/*' ? '*/' : token
  const at = text.indexOf(end, from)
  return at < 0 ? undefined : at + end.length
}
