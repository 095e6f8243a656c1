import { Failure } from './applet.ts'
import { BadPattern, compilePattern, type Pattern } from './regex.ts'

export type Address =
  | { readonly type: 'line'; readonly line: number }
  | { readonly type: 'last' }
  /** Nothing in place of a pattern: the last one used. */
  | { readonly type: 'pattern'; readonly pattern: Pattern | undefined }
  | { readonly type: 'more'; readonly lines: number }

export interface Command {
  readonly name: string
  readonly from: Address | undefined
  readonly to: Address | undefined
  readonly negated: boolean
  /** A text, a label, a file or a number. */
  readonly text: string
  readonly substitution?: Substitution
  /** Where a block ends, or begins: the index of its brace. */
  jump: number
}

export interface Substitution {
  readonly pattern: Pattern | undefined
  readonly parts: readonly (string | number)[]
  readonly global: boolean
  readonly nth: number
  readonly print: boolean
  readonly file: string | undefined
}

interface Dialects {
  readonly extended: boolean
  readonly gnu: boolean
}

/** Reads a script into commands. */
export function parseScript(script: string, dialects: Dialects): readonly Command[] {
  return new Parser(script, dialects).commands()
}

class Parser {
  readonly #script: string
  readonly #dialects: Dialects
  #at = 0

  constructor(script: string, dialects: Dialects) {
    this.#script = script
    this.#dialects = dialects
  }

  commands(): readonly Command[] {
    const found: Command[] = []
    const open: Command[] = []
    for (;;) {
      this.#skip(/[\s;]*/y)
      if (this.#at >= this.#script.length) break
      if (this.#take(/#[^\n]*/y) !== undefined) continue
      const command = this.#command()
      if (command.name === '{') open.push(command)
      if (command.name === '}') {
        const start = open.pop()
        if (start === undefined) throw this.#wrong("unexpected '}'", "unexpected `}'")
        start.jump = found.length
      }
      found.push(command)
    }
    if (open.length > 0) throw this.#wrong("unmatched '{'", "unmatched `{'")
    return found
  }

  #command(): Command {
    const from = this.#address(false)
    this.#skip(/\s*/y)
    const to = from !== undefined && this.#take(/,\s*/y) !== undefined ? this.#address(true) : undefined
    this.#skip(/\s*/y)
    const negated = this.#take(/!\s*/y) !== undefined
    const name = this.#script[this.#at]
    if (name === undefined) throw this.#wrong('missing command', 'missing command')
    this.#at += 1
    const base = { name, from, to, negated, text: '', jump: 0 }
    if (name === 's') return { ...base, substitution: this.#substitution() }
    if ('aic'.includes(name)) return { ...base, text: this.#text() }
    if (':btrw'.includes(name))
      return { ...base, text: (this.#take(':bt'.includes(name) ? /[ \t]*[^;\n}]*/y : /[^\n]*/y) ?? '').trim() }
    if (this.#dialects.gnu && name === 'q') return { ...base, text: (this.#take(/\s*\d*/y) ?? '').trim() }
    if (!'{}=dDgGhHnNpPqx'.includes(name))
      throw this.#wrong(`unsupported command ${name}`, `unknown command: \`${name}'`)
    // BusyBox's goes on with the next command without a separator.
    if (this.#dialects.gnu && name !== '{' && this.#take(/[ \t]*(?=[;\n}#]|$)/y) === undefined)
      throw this.#wrong('', 'extra characters after command')
    return base
  }

  #address(second: boolean): Address | undefined {
    if (second) {
      const more = this.#take(/\+\d+/y)
      if (more !== undefined) return { type: 'more', lines: Number(more) }
    }
    const line = this.#take(/\d+/y)
    if (line !== undefined) return { type: 'line', line: Number(line) }
    if (this.#take(/\$/y) !== undefined) return { type: 'last' }
    if (this.#take(/\/|\\(?=.)/y) === undefined) {
      if (second) throw this.#wrong("unexpected ','", "unexpected `,'")
      return undefined
    }
    const delimiter = this.#script[this.#at - 1] === '/' ? '/' : (this.#script[(this.#at += 1) - 1] ?? '')
    const source = this.#until(delimiter, 'unterminated address regex')
    return { type: 'pattern', pattern: this.#pattern(source, this.#take(/I/y) !== undefined) }
  }

  #pattern(source: string, ignoreCase: boolean): Pattern | undefined {
    if (source === '') return undefined
    try {
      return compilePattern(source, { extended: this.#dialects.extended, ignoreCase })
    } catch (error) {
      if (error instanceof BadPattern) throw this.#wrong(`bad regex '${source}': ${error.message}`, error.message)
      throw error
    }
  }

  /** Up to a delimiter that no backslash quotes, and that stands in no bracket. */
  #until(delimiter: string, words: string, isPattern = true): string {
    let text = ''
    for (let inBracket = false; ; this.#at += 1) {
      const char = this.#script[this.#at]
      if (char === undefined || (char === '\n' && isPattern)) throw this.#wrong(`unmatched '${delimiter}'`, words)
      const next = this.#script[this.#at + 1] ?? ''
      if (char === '\\') {
        text += next === delimiter ? next : char + next
        this.#at += 1
        continue
      }
      if (char === delimiter && !inBracket) break
      if (char === '[' && isPattern && !inBracket && /^\[\^?[^/]?[^\]/]*\]/.test(this.#script.slice(this.#at)))
        inBracket = true
      else if (char === ']' && !/\[\^?$/.test(text)) inBracket = false
      text += char
    }
    this.#at += 1
    return text
  }

  #substitution(): Substitution {
    const delimiter = this.#script[this.#at] ?? ''
    this.#at += 1
    const source = this.#until(delimiter, "unterminated `s' command")
    const replacement = this.#until(delimiter, "unterminated `s' command", false)
    const flags = this.#take(/[gpiIe\d]*/y) ?? ''
    const file = this.#take(/w[^\n]*/y)
      ?.slice(1)
      .trim()
    const pattern = this.#pattern(source, /i/i.test(flags))
    const parts = [...replacement.matchAll(/\\([^])|(&)|([^\\&]+|\\$)/g)].map(([, escaped, whole, plain = '']) => {
      if (whole !== undefined) return 0
      if (escaped === undefined) return plain
      return /\d/.test(escaped) ? Number(escaped) : ({ n: '\n', t: '\t', r: '\r' }[escaped] ?? escaped)
    })
    const highest = Math.max(0, ...parts.filter((part) => typeof part === 'number'))
    if (pattern !== undefined && highest > pattern.groups)
      throw this.#wrong(
        `invalid reference \\${highest} on s command's RHS`,
        `invalid reference \\${highest} on \`s' command's RHS`,
      )
    this.#end()
    return {
      pattern,
      parts,
      global: flags.includes('g'),
      print: flags.includes('p'),
      nth: Number(/\d+/.exec(flags)?.[0] ?? 1),
      file,
    }
  }

  #end(): void {
    if (this.#take(/[ \t]*(?=[;\n}#]|$)/y) === undefined)
      throw this.#wrong('bad option in substitution expression', "unknown option to `s'")
  }

  #text(): string {
    this.#skip(/[ \t]*(\\\n?[ \t]*)?/y)
    const text = this.#take(/(?:\\[^]|[^\\\n])*/y) ?? ''
    if (text === '' && this.#at >= this.#script.length)
      throw this.#wrong('expected \\ after a, c or i', "expected \\ after `a', `c' or `i'")
    return `${text.replace(/\\([^])/g, '$1')}\n`
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const match = pattern.exec(this.#script)
    if (match === null) return undefined
    this.#at = pattern.lastIndex
    return match[0]
  }

  #skip(pattern: RegExp): void {
    this.#take(pattern)
  }

  #wrong(busybox: string, gnu: string): Failure {
    return new Failure(this.#dialects.gnu ? `-e expression #1, char ${Math.max(1, this.#at)}: ${gnu}` : busybox)
  }
}
