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

const special: ReadonlyMap<string, (shell: Shell) => string | undefined> = new Map([
  ['?', ({ status }: Shell) => String(status)],
  ['$', ({ pid }: Shell) => String(pid)],
  ['#', ({ positional }: Shell) => String(positional.length)],
  ['!', ({ lastBackground }: Shell) => lastBackground?.toString()],
  ['-', flags],
  ['FUNCNAME', ({ functionName }: Shell) => functionName],
  ['LINENO', ({ line }: Shell) => String(line)],
  [
    'RANDOM',
    ({ flavour, variables }: Shell) => (flavour === 'dash' ? variables.get('RANDOM') : String(randomInt(32_768))),
  ],
])

/** $name as ash knows it; undefined where it is not set. */
export function valueOf(shell: Shell, name: string): string | undefined {
  if (/^[0-9]+$/.test(name)) return name === '0' ? shell.name : shell.positional[Number(name) - 1]
  const own = special.get(name)
  return own === undefined ? shell.variables.get(name) : own(shell)
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
  const text = async (word: Word) => textOf(await words.pieces(word))
  const pattern = async (word: Word) => patternOf(await words.pieces(word))
  const number = async (word: Word) => Number(words.calculated(await text(word)))
  if (operation?.type === 'Default') {
    const { operator, operand } = operation
    const absent = value === undefined || (value === '' && operator.startsWith(':'))
    const kind = operator.at(-1)
    if (kind === '+' ? absent : !absent) return [piece(kind === '+' ? '' : (value ?? ''))]
    if (kind === '+' || kind === '-') return quoted ? [literal(await text(operand))] : words.operand(operand)
    const given = await text(operand)
    if (kind === '?') {
      const why = given || (operator === ':?' ? 'parameter not set or null' : 'parameter not set')
      throw new ShellError(`${parameter}: ${why}`, shell.flavour === 'bash' ? 127 : 2)
    }
    shell.variables.set(parameter, given)
    return [piece(given)]
  }
  const whole = value ?? needed(shell, parameter)
  if (operation === undefined) return [piece(whole)]
  if (operation.type === 'Remove') return [piece(removed(whole, await pattern(operation.operand), operation.operator))]
  if (operation.type === 'Replace' && shell.flavour !== 'dash') {
    const by = await text(operation.replacement)
    return [piece(replaced(whole, await pattern(operation.pattern), by, operation.operator))]
  }
  if (operation.type === 'Slice' && shell.flavour !== 'dash') {
    const chars = [...whole]
    const at = await number(operation.offset)
    const start = at < 0 ? Math.max(0, chars.length + at) : at
    const length = operation.length === undefined ? Infinity : await number(operation.length)
    return [piece(chars.slice(start, length < 0 ? length : start + length).join(''))]
  }
  throw new ShellError('syntax error: bad substitution')
}
