// Shell patterns: *, ?, [...] and \ before what is meant literally. As regular expressions of re2js they take linear time, whatever is written.
import { RE2JS } from 're2js'

/** So that it stands for itself in a pattern. */
export const quoted = (text: string) => text.replaceAll(/[\\*?[\]!^-]/g, String.raw`\$&`)

export const unquoted = (pattern: string) => pattern.replaceAll(/\\([\s\S])/g, '$1')

/** Whether it could match anything but itself. */
export const isPattern = (pattern: string) => /[*?[]/.test(pattern.replaceAll(/\\[\s\S]/g, ''))

const tokens = /\\([\s\S])|\*+|\?|\[([!^]?)(\]?(?:\[:[a-z]+:\]|\\[\s\S]|[^\]\\])*)\]|[\s\S]/g

/** `lazy`: its stars take as little as they can. */
const source = (pattern: string, lazy = false) =>
  pattern.replaceAll(tokens, (token: string, escaped?: string, negated?: string, set?: string) => {
    if (token.startsWith('*')) return lazy ? '.*?' : '.*'
    if (token === '?') return '.'
    if (set === undefined) return RE2JS.quote(escaped ?? token)
    return `[${negated ? '^' : ''}${set.replace(/^\]/, String.raw`\]`).replaceAll(/\[(?!:)/g, String.raw`\[`)}]`
  })

const compiled = new Map<string, RE2JS | undefined>()
const remembered = 500

function regex(text: string): RE2JS | undefined {
  if (!compiled.has(text)) {
    if (compiled.size >= remembered) compiled.clear()
    compiled.set(text, compile(text))
  }
  return compiled.get(text)
}

/** undefined for one that no text fits: [z-a]. */
function compile(text: string): RE2JS | undefined {
  try {
    return RE2JS.compile(text, RE2JS.DOTALL)
  } catch {
    return undefined
  }
}

/** The whole of `text`. */
export const matches = (pattern: string, text: string) => regex(source(pattern))?.matcher(text).matches() ?? false

/** ${x#...} and its like: what is left. */
export function removed(text: string, pattern: string, operator: '#' | '##' | '%' | '%%'): string {
  const rest = {
    '#': `^${source(pattern, true)}(.*)$`,
    '##': `^${source(pattern)}(.*?)$`,
    '%': `^(.*)${source(pattern)}$`,
    '%%': `^(.*?)${source(pattern)}$`,
  }[operator]
  const matcher = regex(rest)?.matcher(text)
  return matcher?.matches() === true ? (matcher.group(1) ?? '') : text
}

/** ${x/.../...} and its like. */
export function replaced(text: string, pattern: string, by: string, operator: '/' | '//' | '/#' | '/%'): string {
  if (pattern === '') return text
  const at = { '/': '', '//': '', '/#': '^', '/%': '' }[operator]
  const matcher = regex(`${at}(?:${source(pattern)})${operator === '/%' ? '$' : ''}`)?.matcher(text)
  const parts: string[] = []
  let from = 0
  while (matcher?.find() === true && matcher.end() > matcher.start()) {
    parts.push(text.slice(from, matcher.start()), by)
    from = matcher.end()
    if (operator !== '//') break
  }
  return parts.join('') + text.slice(from)
}
