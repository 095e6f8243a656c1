// What a shell says of a text that it cannot read.
import type { ParseError } from 'unbash'

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

/** In ash's words; `text`: what the error's position counts in. */
export function syntaxMessage({ message, pos }: ParseError, text: string): string {
  if (message.startsWith('unterminated')) return `syntax error: ${open[message] ?? 'unterminated quoted string'}`
  const wanted = expected(message, text)
  const expecting = wanted === undefined ? '' : ` (expecting "${wanted}")`
  return `syntax error: unexpected ${named(tokenAt(text, pos, message))}${expecting}`
}

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

function named(token: string | undefined): string {
  if (token === undefined) return 'end of file'
  if (token === '\n' || token === 'newline') return 'newline'
  if (token === '<' || token === '>') return 'redirection'
  return token === 'word ' ? 'word' : `"${token}"`
}
