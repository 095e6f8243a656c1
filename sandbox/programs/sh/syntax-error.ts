// What a shell says of a text it cannot read.
import type { ParseError } from 'unbash'
import type { Flavour } from './shell.ts'

const expecting = /^expected '([^']+)'/
const operators = /^(?:&&|\|\||;;|;|&|\||\(|\)|[{}](?=\s|$))/
const reserved = /^(?:if|then|elif|else|fi|do|done|for|while|until|case|esac|in|function)(?=[\s;&|()<>]|$)/

/** `text`: from its first line on; `firstLine`: that line's number. */
export function syntaxMessage({ message, pos }: ParseError, text: string, flavour: Flavour): string {
  const quotes = message.startsWith('unterminated')
  const expected = expecting.exec(message)?.[1]
  const token = tokenAt(text, pos, message)
  if (flavour === 'bash') {
    if (quotes) return `unexpected EOF while looking for matching \`${text[pos] === "'" ? "'" : '"'}'`
    return token === undefined
      ? 'syntax error: unexpected end of file'
      : `syntax error near unexpected token \`${token.trim() || 'newline'}'`
  }
  const wanted = expected === undefined ? '' : ` (expecting "${expected}")`
  if (flavour === 'dash') {
    if (quotes) return 'Syntax error: Unterminated quoted string'
    return `Syntax error: ${named(token, 'end of file')} unexpected${wanted}`
  }
  if (quotes) return 'syntax error: unterminated quoted string'
  return `syntax error: unexpected ${named(token, 'end of file')}${wanted}`
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
  if (token === '\n') return 'newline'
  if (token === '<' || token === '>') return 'redirection'
  return token === 'word ' ? 'word' : `"${token}"`
}
