// POSIX 2.6: from a word to its fields, in the order tilde, parameters, commands and arithmetic, splitting, path names, quotes.
import type { Assignment, ArithmeticExpansionPart, CommandArgument, HereDoc, Word, WordPart } from 'unbash'
import { parse } from 'unbash'
import { ShellError } from '../control.ts'
import type { Shell } from '../shell.ts'
import { unbraced } from './braces.ts'
import { arithmetic } from './arithmetic.ts'
import { expanded, fieldsOf, literal, patternOf, type Piece, textOf, wild } from './fields.ts'
import { parameterPieces, valueOf } from './parameters.ts'
import { pathsFor } from './paths.ts'

export class Expander {
  readonly #shell: Shell

  constructor(shell: Shell) {
    this.#shell = shell
  }

  /** The arguments that words become. */
  async fields(words: readonly Word[]): Promise<string[]> {
    const all: string[] = []
    for (const word of this.#shell.flavour === 'bash' ? words.flatMap(unbraced) : words) {
      if (word.parts === undefined && !word.text.startsWith('~')) {
        all.push(word.value)
        continue
      }
      const fields = fieldsOf(await this.pieces(word), this.#shell.variables.get('IFS') ?? ' \t\n')
      for (const { text, pattern } of fields) {
        const paths = this.#shell.options.has('noglob') ? [] : await pathsFor(this.#shell.process.files, pattern)
        for (const one of paths.length > 0 ? paths : [text]) all.push(one)
      }
    }
    return all
  }

  /** One text: what is assigned, redirected to, or looked at by case. */
  async text(word: Word, assigned = false): Promise<string> {
    return textOf(await this.pieces(word, assigned))
  }

  async pattern(word: Word): Promise<string> {
    return patternOf(await this.pieces(word))
  }

  async assignment({ name, value, append }: Assignment): Promise<readonly [name: string, value: string]> {
    if (value.type === 'ArrayValue') throw new ShellError('syntax error: unexpected "("')
    const text = await this.text(value, true)
    return [name, append === true ? (this.#shell.variables.get(name) ?? '') + text : text]
  }

  /** The arguments of export, local and their like, where name=$value is not split. */
  async declarations(args: readonly CommandArgument[]): Promise<string[]> {
    const all: string[] = []
    for (const arg of args) {
      // One by one: there may be more than a call takes arguments.
      for (const one of arg.type === 'Word' ? await this.fields([arg]) : [(await this.assignment(arg)).join('=')])
        all.push(one)
    }
    return all
  }

  async document(parts: readonly WordPart[] | undefined, text: string): Promise<string> {
    return parts === undefined ? text : textOf(await this.parts(parts, true))
  }

  /** Of a text that is not of the script: a prompt. */
  async ofText(text: string): Promise<string> {
    const parts = /[$`]\S/.test(text) ? documentParts(text.replaceAll('\\', '\\\\')) : undefined
    return parts === undefined ? text : (await this.document(parts, text)).replace(/\n$/, '')
  }

  hereDocument({ body, delimiter, operator }: HereDoc): Promise<string> {
    const parts = delimiter?.quoted === true ? undefined : body.parts
    if (operator === '<<') return this.document(parts, body.text)
    const untabbed = parts?.map((part, index) =>
      part.type === 'Literal' ? { ...part, value: withoutTabs(part.value, index === 0) } : part,
    )
    return this.document(untabbed, withoutTabs(body.text, true))
  }

  async pieces(word: Word, assigned = false): Promise<Piece[]> {
    const tilde = this.#tilde(word.text, assigned)
    if (word.parts === undefined) {
      return word.value === ''
        ? []
        : [literal(tilde === undefined ? word.value : tilde.home + word.value.slice(tilde.length))]
    }
    const [first, ...rest] = word.parts
    if (tilde === undefined || first?.type !== 'Literal') return this.parts(word.parts, false)
    return [literal(tilde.home + first.value.slice(tilde.length)), ...(await this.parts(rest, false))]
  }

  /** What stands after ${x:- is split as if it had been in the variable. */
  async operand(word: Word): Promise<Piece[]> {
    if (word.parts === undefined && !/[\\~]/.test(word.text)) return [expanded(word.value)]
    const pieces: Piece[] = []
    for (const part of word.parts ?? []) {
      if (part.type === 'Literal' && !part.text.includes('\\')) pieces.push(expanded(part.value))
      else for (const piece of await this.#part(part, false)) pieces.push(piece)
    }
    return word.parts === undefined ? this.pieces(word) : pieces
  }

  async parts(parts: readonly WordPart[], quoted: boolean): Promise<Piece[]> {
    const pieces: Piece[] = []
    for (const part of parts) for (const piece of await this.#part(part, quoted)) pieces.push(piece)
    return pieces
  }

  async #part(part: WordPart, quoted: boolean): Promise<readonly Piece[]> {
    switch (part.type) {
      case 'Literal':
      case 'AnsiCQuoted':
      case 'SingleQuoted':
        return [literal(part.value)]
      case 'Glob':
        if (quoted) return [literal(part.text)]
        if (part.kind !== 'bracket') return [wild(part.text)]
        return [wild('['), ...(await this.#bracket(part.parts)), wild(']')]
      case 'LocaleString':
      case 'DoubleQuoted': {
        const inside = await this.parts(part.parts, true)
        const onlyParameters = part.parts.length > 0 && inside.length === 0
        return inside.length > 0 || onlyParameters ? inside : [literal('')]
      }
      case 'SimpleExpansion':
        return parameterPieces(
          this.#shell,
          this,
          { parameter: part.text.slice(1), prefix: undefined, operation: undefined },
          quoted,
        )
      case 'ParameterExpansion':
        if (part.index !== undefined) throw new ShellError('syntax error: bad substitution')
        return parameterPieces(this.#shell, this, part, quoted)
      case 'CommandExpansion': {
        const output = part.script === undefined ? '' : await this.#shell.run.substitution(part.script)
        return [quoted ? literal(output) : expanded(output)]
      }
      case 'ArithmeticExpansion': {
        const value = String(await this.arithmetic(part))
        return [quoted ? literal(value) : expanded(value)]
      }
      case 'BraceExpansion':
      case 'ExtendedGlob':
        return part.parts === undefined ? [literal(part.text)] : this.parts(part.parts, quoted)
      case 'ProcessSubstitution':
        return [literal(part.text)]
    }
  }

  // A range's hyphen has to stay one, so what is not quoted inside the brackets is not escaped.
  async #bracket(parts: readonly WordPart[]): Promise<Piece[]> {
    const pieces: Piece[] = []
    for (const part of parts) {
      if (part.type === 'Literal') pieces.push(part.text.includes('\\') ? literal(part.value) : wild(part.value))
      else pieces.push(...(await this.#part(part, false)))
    }
    return pieces
  }

  /** As C does it, but over text in which parameters and commands are already expanded: "$a $operator $b" works. */
  async arithmetic(part: ArithmeticExpansionPart): Promise<bigint> {
    const body = part.text.startsWith('$[') ? part.text.slice(2, -1) : part.text.slice(3, -2)
    return this.calculated(/[$`\\]/.test(body) ? await this.document(partsOf(part, body), body) : body)
  }

  calculated(text: string): bigint {
    return arithmetic(text.replaceAll('"', ''), {
      get: (name) => valueOf(this.#shell, name),
      set: (name, value) => this.#shell.variables.set(name, value),
    })
  }

  #tilde(text: string, assigned: boolean): { home: string; length: number } | undefined {
    const user = /^~([a-z_][a-z0-9_-]*)?(?=\/|$)/.exec(text)
    if (user === null || (assigned && text.includes(':'))) return undefined
    const home = user[1] === undefined ? this.#shell.variables.get('HOME') : homes.get(user[1])
    return home === undefined ? undefined : { home, length: user[0].length }
  }
}

/** <<- */
const withoutTabs = (text: string, first: boolean) =>
  (first ? text.replace(/^\t+/, '') : text).replaceAll(/\n\t+/g, '\n')

/** Where users of the images live; programs have no getpwnam. */
const homes: ReadonlyMap<string, string> = new Map([
  ['root', '/root'],
  ['nobody', '/home'],
  ['postgres', '/var/lib/postgresql'],
])

function documentParts(text: string): readonly WordPart[] | undefined {
  const command = parse(`: <<_text_\n${text}\n_text_\n`).commands[0]?.command
  const document = command?.type === 'Command' ? command.redirects[0] : undefined
  return document?.type === 'HereDoc' ? document.body.parts : undefined
}

const known = new WeakMap<ArithmeticExpansionPart, readonly WordPart[]>()

// The text between the parentheses expands like a here-document's.
function partsOf(part: ArithmeticExpansionPart, body: string): readonly WordPart[] | undefined {
  const before = known.get(part)
  if (before !== undefined) return before
  const parts = documentParts(body)
  if (parts !== undefined) known.set(part, parts)
  return parts
}
