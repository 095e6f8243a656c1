// From text to what can be run: unbash's tree, cut where ash would cut it. ash reads command by command, so that all lines before a wrong one run.
import {
  type CompoundCommand,
  type CompoundList,
  forEachChild,
  parse,
  type ParseError,
  type Redirected,
  type Statement,
  type SyntaxNode,
} from 'unbash'

/** What a function runs. */
export type Body = CompoundCommand | Redirected | CompoundList

export interface Commands {
  readonly statements: readonly Statement[]
  /** From the line on that is wrong or not complete. */
  readonly rest: string
  readonly wrong?: ParseError
}

/** `final`: no more text will come, so that what is not complete is wrong. */
export function commandsIn(text: string, final: boolean): Commands {
  const script = parse(text)
  const { commands: statements } = script
  const wrong = firstError(
    [...(script.errors ?? []), ...(script.errors === undefined ? strayParenthesis(text, statements) : [])],
    text,
  )
  if (wrong !== undefined) {
    // One that is not complete ends where it starts.
    const whole = statements.find(({ pos, end }) => pos <= wrong.pos && (wrong.pos <= end || pos === end))
    return cut(whole?.pos ?? wrong.pos, final || !isOpen(wrong, text) ? wrong : undefined)
  }
  if (final) return { statements, rest: '' }
  const open = /(?:^|[^\\])(?:\\\\)*\\\n$/.test(text) ? statements.at(-1) : statements.find(hasOpenDocument)
  return open === undefined ? { statements, rest: '' } : cut(open.pos)

  function cut(position: number, error?: ParseError): Commands {
    const start = text.lastIndexOf('\n', position - 1) + 1
    const before = statements.filter(({ pos, end }) => end <= start && end > pos)
    return { statements: before, rest: text.slice(start), ...(error === undefined ? {} : { wrong: error }) }
  }
}

/** At the end of the text, ash tells the word that is missing. */
function firstError(errors: readonly ParseError[], text: string): ParseError | undefined {
  const [first] = errors.toSorted((a, b) => a.pos - b.pos)
  if (first === undefined || first.pos < text.trimEnd().length) return first
  return errors.find(({ message, pos }) => pos === first.pos && message.startsWith("expected '")) ?? first
}

const isOpen = ({ message, pos }: ParseError, text: string) =>
  message.startsWith('unterminated') || (!message.startsWith('unexpected') && pos >= text.trimEnd().length)

// unbash stops silently at "a (".
function strayParenthesis(text: string, statements: readonly Statement[]): ParseError[] {
  const end = statements.at(-1)?.end ?? 0
  const rest = text.slice(end)
  if (text.includes('<<') || !/^[ \t]*\(/.test(rest)) return []
  return [{ message: "expected ')'", pos: end + rest.indexOf('(') + 1 }]
}

function hasOpenDocument(node: SyntaxNode): boolean {
  if (node.type === 'HereDoc') return node.closing === undefined
  let found = false
  forEachChild(node, (child) => (found ||= hasOpenDocument(child)))
  return found
}
