// POSIX regular expressions, basic and extended, on RE2's engine: no pattern takes more than linear time.
import { RE2JS } from 're2js'

export interface PatternOptions {
  readonly extended: boolean
  readonly ignoreCase?: boolean
  /** No pattern at all: the text itself. */
  readonly fixed?: boolean
  /** grep -w, -x. */
  readonly whole?: 'word' | 'line' | undefined
}

export interface Match {
  readonly start: number
  readonly end: number
  /** What a group matched; "" where it took no part. */
  readonly group: (index: number) => string
}

export interface Pattern {
  readonly groups: number
  readonly find: (text: string, from?: number) => Match | undefined
}

/** What is wrong with a pattern, in the words of the C library's regerror. */
export class BadPattern extends Error {}

export function compilePattern(source: string, options: PatternOptions): Pattern {
  const body = options.fixed === true ? RE2JS.quote(source) : translate(source, options.extended)
  const bounded = { word: `(?:\\b|^)(?:${body})(?:\\b|$)`, line: `^(?:${body})$`, none: body }[options.whole ?? 'none']
  const compiled = compile(bounded, options.ignoreCase === true)
  return {
    groups: compiled.groupCount(),
    find: (text, from = 0) => {
      const matcher = compiled.matcher(text)
      if (from > text.length || !matcher.find(from)) return undefined
      return { start: matcher.start(), end: matcher.end(), group: (index) => matcher.group(index) ?? '' }
    },
  }
}

function compile(source: string, ignoreCase: boolean): RE2JS {
  try {
    const flags = RE2JS.LONGEST_MATCH | RE2JS.DOTALL | (ignoreCase ? RE2JS.CASE_INSENSITIVE : 0)
    return RE2JS.compile(source, flags)
  } catch {
    throw new BadPattern('Invalid preceding regular expression')
  }
}

const special = new Set('\\^$.[]|()*+?{}')
const quoted = (char: string) => (special.has(char) ? `\\${char}` : char)
// GNU's escapes, which both C libraries know.
const escapes: Readonly<Record<string, string>> = { '<': '\\b', '>': '\\b', n: '\\n', t: '\\t', '`': '^', "'": '$' }

function translate(source: string, extended: boolean): string {
  let out = ''
  // Whether a * here has something before it to repeat; at the start of a basic expression it stands for itself.
  let repeatable = false
  const open: string[] = []
  for (let at = 0; at < source.length; at += 1) {
    const char = source[at] ?? ''
    if (char === '[') {
      const [set, end] = bracket(source, at)
      out += set
      at = end
      repeatable = true
      continue
    }
    const escaped = char === '\\'
    const symbol = escaped ? source[(at += 1)] : char
    if (symbol === undefined) throw new BadPattern('Trailing backslash')
    const isOperator = '(){}|+?'.includes(symbol) && escaped !== extended
    if (isOperator && symbol === '(') {
      out += '('
      open.push('(')
      repeatable = false
    } else if (isOperator && symbol === ')' && (open.length > 0 || !extended)) {
      if (open.pop() === undefined) throw new BadPattern('Unmatched ) or \\)')
      out += ')'
      repeatable = true
    } else if (isOperator && symbol === '|') {
      out += '|'
      repeatable = false
    } else if (isOperator && symbol === '{' && repeatable) {
      const counted = /^(\d*)(,?)(\d*)(\\?)\}/.exec(source.slice(at + 1))
      if (counted === null || (counted[4] === '\\') === extended) {
        if (!extended) throw new BadPattern('Invalid content of \\{\\}')
        out += '\\{'
        continue
      }
      out += `{${counted[1] || '0'}${counted[2]}${counted[3]}}`
      at += counted[0].length
    } else if ((isOperator && '+?'.includes(symbol)) || (symbol === '*' && !escaped)) {
      if (repeatable && !/[*+?]$/.test(out.replace(/\\./gs, ''))) out += symbol
      else if (!repeatable) out += quoted(symbol)
      repeatable = true
    } else if (escaped && /[1-9]/.test(symbol)) {
      throw new BadPattern('Invalid back reference')
    } else if (escaped && /[wWsSbB]/.test(symbol)) {
      out += `\\${symbol}`
      repeatable = true
    } else if (escaped && Object.hasOwn(escapes, symbol)) {
      out += escapes[symbol]
      repeatable = true
    } else if (!escaped && symbol === '^' && (extended || out === '' || /[(|]$/.test(out))) {
      out += '^'
      repeatable = false
    } else if (!escaped && symbol === '$' && (extended || /^(\\[)|]|$)/.test(source.slice(at + 1)))) {
      out += '$'
    } else if (!escaped && symbol === '.') {
      out += '.'
      repeatable = true
    } else {
      out += quoted(symbol)
      repeatable = true
    }
  }
  if (open.length > 0) throw new BadPattern('Unmatched ( or \\(')
  return out
}

/** A bracket expression, in which a backslash is nothing special, and the index of its end. */
function bracket(source: string, start: number): readonly [string, number] {
  const negated = source[start + 1] === '^'
  let at = start + (negated ? 2 : 1)
  let set = ''
  for (let first = true; ; first = false) {
    const char = source[at]
    if (char === undefined) throw new BadPattern('Unmatched [, [^, [:, [., or [=')
    if (char === ']' && !first) break
    const named = /^\[([:.=])(.+?)\1\]/.exec(source.slice(at))
    if (named !== null) {
      set += named[1] === ':' ? `[:${named[2] ?? ''}:]` : quoted(named[2] ?? '')
      at += named[0].length
      continue
    }
    set += '\\[]^&~'.includes(char) ? `\\${char}` : char
    at += 1
  }
  return [`[${negated ? '^' : ''}${set}]`, at]
}

/** A file name pattern, of *, ? and brackets, for a whole name. */
export function globPattern(glob: string, ignoreCase = false): Pattern {
  const source = glob.replace(/\\([^])|(\[[!^]?\]?[^\]]*\])|([^])/g, (_, escaped?: string, set?: string, char = '') => {
    if (set !== undefined) return set.replace(/^\[!/, '[^')
    if (char === '*' || char === '?') return char === '*' ? '.*' : '.'
    return quoted(escaped ?? (char as string))
  })
  return compilePattern(source, { extended: true, ignoreCase, whole: 'line' })
}
