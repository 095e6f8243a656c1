import type { ParameterExpansionPart, Word } from 'unbash'
import { randomInt } from 'node:crypto'
import { ShellError } from '../control.ts'
import { optionLetters, optionNames } from '../options.ts'
import type { Shell } from '../shell.ts'
import { expanded, literal, patternOf, type Piece, textOf } from './fields.ts'
import { removed, replaced } from './pattern.ts'

type Expansion = Pick<ParameterExpansionPart, 'parameter' | 'prefix' | 'operation'>

/** The part of the Expander that operands need. */
interface Words {
  pieces(word: Word): Promise<Piece[]>
  operand(word: Word): Promise<Piece[]>
  calculated(text: string): bigint
}

/** $name as ash knows it; undefined where it is not set. */
export function valueOf(shell: Shell, name: string): string | undefined {
  if (/^[0-9]+$/.test(name)) return name === '0' ? shell.name : shell.positional[Number(name) - 1]
  switch (name) {
    case '?':
      return String(shell.status)
    case '$':
      return String(shell.pid)
    case '#':
      return String(shell.positional.length)
    case '!':
      return shell.lastBackground === undefined ? undefined : String(shell.lastBackground)
    case '-':
      return flags(shell)
    case 'FUNCNAME':
      return shell.functionName
    case 'LINENO':
      return String(shell.line)
    case 'RANDOM':
      return shell.flavour === 'dash' ? shell.variables.get(name) : String(randomInt(32_768))
    default:
      return shell.variables.get(name)
  }
}

// In the order in which ash lists them.
function flags({ options, commandString, flavour }: Shell): string {
  const letters = optionNames.toReversed().map((name) => (options.has(name) ? optionLetters[name] : ''))
  return letters.join('') + (commandString && flavour !== 'dash' ? 'c' : '')
}

export async function parameterPieces(shell: Shell, words: Words, part: Expansion, quoted: boolean): Promise<Piece[]> {
  const { parameter, prefix, operation } = part
  const piece = quoted ? literal : expanded
  if (parameter === '@' || parameter === '*') {
    if (prefix === '#') return [piece(String(shell.positional.length))]
    if (operation === undefined) return all(shell, parameter, quoted)
    const joined = shell.positional.length === 0 ? undefined : shell.positional.join(' ')
    return operated(shell, words, part, joined, quoted)
  }
  if (prefix === '!') throw new ShellError('syntax error: bad substitution')
  const value = valueOf(shell, parameter)
  if (prefix === '#') return [piece(String([...(value ?? needed(shell, parameter))].length))]
  return operated(shell, words, part, value, quoted)
}

function all(shell: Shell, parameter: '@' | '*', quoted: boolean): Piece[] {
  if (parameter === '*' && quoted)
    return [literal(shell.positional.join((shell.variables.get('IFS') ?? ' ').slice(0, 1)))]
  const piece = quoted ? literal : expanded
  return shell.positional.flatMap((text, index): Piece[] => (index === 0 ? [piece(text)] : ['break', piece(text)]))
}

// An unset parameter, which set -u takes for an error.
function needed(shell: Shell, name: string): string {
  if (!shell.options.has('nounset')) return ''
  throw new ShellError(`${name}: parameter not set`, shell.flavour === 'bash' ? 127 : 2)
}

async function operated(
  shell: Shell,
  words: Words,
  { parameter, operation }: Expansion,
  value: string | undefined,
  quoted: boolean,
): Promise<Piece[]> {
  const piece = quoted ? literal : expanded
  if (operation === undefined) return [piece(value ?? needed(shell, parameter))]
  switch (operation.type) {
    case 'Default': {
      const { operator, operand } = operation
      const absent = value === undefined || (value === '' && operator.startsWith(':'))
      const kind = operator.at(-1)
      if (kind === '+' ? absent : !absent) return [piece(kind === '+' ? '' : (value ?? ''))]
      if (kind === '+' || kind === '-')
        return quoted ? [literal(textOf(await words.pieces(operand)))] : words.operand(operand)
      const text = textOf(await words.pieces(operand))
      if (kind === '?') {
        const why = operator === ':?' ? 'parameter not set or null' : 'parameter not set'
        throw new ShellError(`${parameter}: ${text || why}`, shell.flavour === 'bash' ? 127 : 2)
      }
      shell.variables.set(parameter, text)
      return [piece(text)]
    }
    case 'Remove':
      return [
        piece(
          removed(
            value ?? needed(shell, parameter),
            patternOf(await words.pieces(operation.operand)),
            operation.operator,
          ),
        ),
      ]
    case 'Replace': {
      if (shell.flavour === 'dash') throw new ShellError('syntax error: bad substitution')
      const pattern = patternOf(await words.pieces(operation.pattern))
      const by = textOf(await words.pieces(operation.replacement))
      return [piece(replaced(value ?? needed(shell, parameter), pattern, by, operation.operator))]
    }
    case 'Slice': {
      if (shell.flavour === 'dash') throw new ShellError('syntax error: bad substitution')
      const chars = [...(value ?? needed(shell, parameter))]
      const at = Number(words.calculated(textOf(await words.pieces(operation.offset))))
      const start = at < 0 ? Math.max(0, chars.length + at) : at
      if (operation.length === undefined) return [piece(chars.slice(start).join(''))]
      const length = Number(words.calculated(textOf(await words.pieces(operation.length))))
      return [piece(chars.slice(start, length < 0 ? length : start + length).join(''))]
    }
    case 'CaseModification':
    case 'Transform':
    case 'Names':
    case 'Unknown':
      throw new ShellError('syntax error: bad substitution')
  }
}
