import type { Stat } from '../../node/process.ts'
import { type Call, Failure, Misused, numberIn } from './applet.ts'
import { baseName } from './files.ts'
import { compilePattern, globPattern } from './regex.ts'

/** What find has come by. */
export interface Found {
  readonly path: string
  readonly stat: Stat
  /** Not to be gone into. */
  pruned: boolean
}

type Test = (found: Found) => Promise<boolean> | boolean

const types = { f: 'file', d: 'directory', l: 'symlink', p: 'pipe', s: 'socket', c: 'character', b: 'block' } as const
const units: Readonly<Record<string, number>> = { c: 1, k: 1024, b: 512, M: 1_048_576, G: 1_073_741_824 }

/** or <- and <- not <- primary */
export class Expression {
  readonly call: Call
  least = 0
  most = Infinity
  depthFirst = false
  acts = false
  readonly #words: string[]
  readonly #batches: { readonly argv: readonly string[]; readonly paths: string[] }[] = []

  constructor(call: Call, words: readonly string[]) {
    this.call = call
    this.#words = [...words]
  }

  parse(): Test {
    const given: Test = this.#words.length === 0 ? () => true : this.#either()
    if (this.#words[0] !== undefined) throw this.#unknown(this.#words[0])
    const print = printed(this.call, '\n')
    return this.acts ? given : async (found) => (await given(found)) && print(found)
  }

  /** What -exec ... + has collected. */
  async finish(): Promise<void> {
    for (const { argv, paths } of this.#batches)
      if (paths.length > 0 && (await this.call.spawn(argv.flatMap((word) => (word === '{}' ? paths : [word])))) !== 0)
        this.call.status = 1
  }

  #either(): Test {
    let left = this.#both()
    while (this.#is('-o', '-or')) {
      const [first, second] = [left, this.#both()]
      left = async (found) => (await first(found)) || second(found)
    }
    return left
  }

  #both(): Test {
    let left = this.#primary()
    while (this.#words[0] !== undefined && !/^(\)|-or?)$/.test(this.#words[0])) {
      this.#is('-a', '-and')
      const [first, second] = [left, this.#primary()]
      left = async (found) => (await first(found)) && second(found)
    }
    return left
  }

  #primary(): Test {
    const word = this.#words.shift()
    if (word === undefined) throw new Misused()
    if (word === '!' || word === '-not') {
      const inner = this.#primary()
      return async (found) => !(await inner(found))
    }
    if (word === '(') {
      const inner = this.#either()
      if (!this.#is(')')) throw new Failure("unmatched '('")
      return inner
    }
    const primary = Object.hasOwn(primaries, word) ? primaries[word] : undefined
    if (primary === undefined) throw this.#unknown(word)
    return primary(this, () => this.#words.shift() ?? this.#lacks(word)) ?? (() => true)
  }

  /** -exec */
  command(): Test {
    const end = this.#words.findIndex((word, at) => word === ';' || (word === '+' && this.#words[at - 1] === '{}'))
    if (end < 1) return this.#lacks('-exec')
    const argv = this.#words.splice(0, end)
    if (this.#words.shift() === ';')
      return async ({ path }) => (await this.call.spawn(argv.map((each) => each.replaceAll('{}', path)))) === 0
    const paths: string[] = []
    this.#batches.push({ argv, paths })
    return ({ path }) => paths.push(path) > 0
  }

  #is(...words: readonly string[]): boolean {
    return words.includes(this.#words[0] ?? '') && this.#words.shift() !== undefined
  }

  #lacks(word: string): never {
    throw new Failure(this.call.says(`${word} requires an argument`, `missing argument to \`${word}'`))
  }

  #unknown(word: string): Failure {
    return new Failure(this.call.says(`unrecognized: ${word}`, `unknown predicate \`${word}'`))
  }
}

/** Takes its values from the words that follow; what is no test sets something, and is true. */
type Primary = (expression: Expression, value: () => string) => Test | void

const glob =
  (of: (path: string) => string, ignoreCase = false): Primary =>
  (_, value) => {
    const pattern = globPattern(value(), ignoreCase)
    return ({ path }) => pattern.find(of(path)) !== undefined
  }

/** +5 is more than 5, -5 is less. */
function compare(text: string, of: (found: Found) => number): Test {
  const wanted = numberIn(text.replace(/^[+-]/, ''))
  if (text.startsWith('+')) return (found) => of(found) > wanted
  return text.startsWith('-') ? (found) => of(found) < wanted : (found) => of(found) === wanted
}

const age =
  (unit: number): Primary =>
  ({ call }, value) =>
    compare(value(), ({ stat }) => Math.floor((call.process.clock.now() - stat.modified) / unit))

const printed =
  (call: Call, end: string): Test =>
  async ({ path }) => {
    await call.out(path + end)
    return true
  }

const acting =
  (act: (expression: Expression) => Test): Primary =>
  (expression) => {
    expression.acts = true
    return act(expression)
  }

const primaries: Readonly<Record<string, Primary>> = {
  '-name': glob(baseName),
  '-iname': glob(baseName, true),
  '-path': glob((path) => path),
  '-ipath': glob((path) => path, true),
  '-regex': (_, value) => {
    const pattern = compilePattern(value(), { extended: false, whole: 'line' })
    return ({ path }) => pattern.find(path) !== undefined
  },
  '-type': (_, value) => {
    const kinds = value().split(',') as (keyof typeof types)[]
    return ({ stat }) => kinds.some((letter) => types[letter] === stat.type)
  },
  '-empty':
    ({ call }) =>
    async ({ path, stat }) =>
      stat.type === 'directory' ? (await call.files.list(path)).length === 0 : stat.type === 'file' && stat.size === 0,
  '-size': (_, value) => {
    const [, number = '', unit = 'b'] = /^(.*?)([ckbMG]?)$/.exec(value()) ?? []
    return compare(number, ({ stat }) => Math.ceil(stat.size / (units[unit] ?? 512)))
  },
  '-mtime': age(86_400_000),
  '-mmin': age(60_000),
  '-prune': () => (found) => (found.pruned = true),
  '-maxdepth': (expression, value) => void (expression.most = numberIn(value())),
  '-mindepth': (expression, value) => void (expression.least = numberIn(value())),
  '-depth': (expression) => void (expression.depthFirst = true),
  '-print': acting(({ call }) => printed(call, '\n')),
  '-print0': acting(({ call }) => printed(call, '\0')),
  '-exec': acting((expression) => expression.command()),
  '-delete': acting((expression) => {
    const { call } = expression
    expression.depthFirst = true
    return async ({ path, stat }) => {
      if (path === '.') return true
      const removed = stat.type === 'directory' ? call.files.removeDirectory(path) : call.files.unlink(path)
      return removed.then(
        () => true,
        (error: unknown) => call.refuse(error, path, ['%', "cannot delete '%'"]).then(() => false),
      )
    }
  }),
}
