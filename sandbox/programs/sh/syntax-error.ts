// What a shell says of a text that it cannot read.
import type { ParseError } from 'unbash'
import type { Flavour } from './shell.ts'

const operators = /^(?:&&|\|\||;;|;|&|\||\(|\)|[{}](?=\s|$))/
const reserved = /^(?:if|then|elif|else|fi|do|done|for|while|until|case|esac|in|function)(?=[\s;&|()<>]|$)/

/** What ash calls what is open at the end. */
const open: Readonly<Record<string, string>> = {
  'unterminated parameter expansion': "missing '}'",
  'unterminated arithmetic expansion': "missing '))'",
  'unterminated arithmetic command': 'unexpected end of file (expecting ")")',
  'unterminated command substitution': 'unexpected end of file (expecting ")")',
  'unterminated backtick': 'EOF in backquote substitution',
}

/** `text`: what the error's position counts in. */
export function syntaxMessage({ message, pos }: ParseError, text: string, flavour: Flavour): string {
  const token = tokenAt(text, pos, message)
  const unterminated = message.startsWith('unterminated')
  if (flavour === 'bash') {
    if (unterminated) return `unexpected EOF while looking for matching \`${closing(text[pos])}'`
    if (token === undefined) return 'syntax error: unexpected end of file'
    return `syntax error near unexpected token \`${token.trim() || 'newline'}'`
  }
  const wanted = expected(message, text)
  const expecting = wanted === undefined ? '' : ` (expecting "${wanted}")`
  if (flavour === 'dash') {
    if (unterminated) return 'Syntax error: Unterminated quoted string'
    return `Syntax error: ${named(token, 'end of file')} unexpected${expecting}`
  }
  if (unterminated) return `syntax error: ${open[message] ?? 'unterminated quoted string'}`
  return `syntax error: unexpected ${named(token, 'end of file')}${expecting}`
}

const closing = (char: string | undefined) => (char === "'" || char === '`' ? char : char === '$' ? ')' : '"')

function expected(message: string, text: string): string | undefined {
  const word = /^expected '([^']+)'/.exec(message)?.[1]
  if (word !== 'esac') return word
  return /\bin\s*$/.test(text) ? ')' : ';;'
}

function tokenAt(text: string, position: number, message: string): string | undefined {
  const told = /^unexpected token '(.+)'$/.exec(message)?.[1]
  if (told !== undefined) return told
  const rest = text.slice(position).replace(/^[ \t]+/, '')
  if (rest.trim() === '') return undefined
  return rest.startsWith('\n')
    ? '\n'
    : (operators.exec(rest) ?? reserved.exec(rest) ?? /^[<>]/.exec(rest) ?? ['word '])[0]
}

function named(token: string | undefined, end: string): string {
  if (token === undefined) return end
  if (token === '\n' || token === 'newline') return 'newline'
  if (token === '<' || token === '>') return 'redirection'
  return token === 'word ' ? 'word' : `"${token}"`
}
