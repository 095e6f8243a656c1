import { type Call, Failure, Misused, numberIn } from './applet.ts'
import { actions, predicates, printed, type Test } from './find-tests.ts'

export interface Walk {
  readonly tests: Test
  readonly least: number
  readonly most: number
  readonly depthFirst: boolean
}

/** or <- and <- not <- primary */
export class Expression {
  readonly #call: Call
  readonly #words: readonly string[]
  #at = 0
  #acts = false
  #least = 0
  #most = Infinity
  #depthFirst = false
  readonly #batches: { readonly argv: readonly string[]; readonly paths: string[] }[] = []

  constructor(call: Call, words: readonly string[]) {
    this.#call = call
    this.#words = words
  }

  parse(): Walk {
    const given: Test = this.#words.length === 0 ? () => true : this.#either()
    if (this.#at < this.#words.length) throw this.#unknown(this.#words[this.#at] ?? '')
    const print = printed(this.#call)
    const tests: Test = this.#acts ? given : async (found) => (await given(found)) && print(found)
    return { tests, least: this.#least, most: this.#most, depthFirst: this.#depthFirst }
  }

  /** What -exec ... + has collected. */
  async finish(): Promise<void> {
    for (const { argv, paths } of this.#batches)
      if (paths.length > 0 && (await this.#call.spawn(argv.flatMap((word) => (word === '{}' ? paths : [word])))) !== 0)
        this.#call.status = 1
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
    for (;;) {
      const next = this.#words[this.#at]
      if (next === undefined || next === ')' || next === '-o' || next === '-or') return left
      this.#is('-a', '-and')
      const [first, second] = [left, this.#primary()]
      left = async (found) => (await first(found)) && second(found)
    }
  }

  #primary(): Test {
    const word = this.#next()
    if (word === '!' || word === '-not') {
      const inner = this.#primary()
      return async (found) => !(await inner(found))
    }
    if (word === '(') {
      const inner = this.#either()
      if (!this.#is(')')) throw new Failure("unmatched '('")
      return inner
    }
    return this.#test(word)
  }

  #test(word: string): Test {
    const test = Object.hasOwn(predicates, word) ? predicates[word] : undefined
    if (test !== undefined) return test(this.#call, () => this.#value(word))
    if (word === '-maxdepth') this.#most = numberIn(this.#value(word))
    else if (word === '-mindepth') this.#least = numberIn(this.#value(word))
    else if (word === '-depth') this.#depthFirst = true
    else return this.#action(word)
    return () => true
  }

  #action(word: string): Test {
    this.#acts = true
    this.#depthFirst ||= word === '-delete'
    const action = Object.hasOwn(actions, word) ? actions[word] : undefined
    if (action !== undefined) return action(this.#call)
    if (word !== '-exec') throw this.#unknown(word)
    const end = this.#words.findIndex(
      (each, at) => at >= this.#at && (each === ';' || (each === '+' && this.#words[at - 1] === '{}')),
    )
    const argv = this.#words.slice(this.#at, end)
    if (end < 0 || argv.length === 0) throw this.#lacks(word)
    this.#at = end + 1
    if (this.#words[end] === ';')
      return async ({ path }) => (await this.#call.spawn(argv.map((each) => each.replaceAll('{}', path)))) === 0
    const paths: string[] = []
    this.#batches.push({ argv, paths })
    return ({ path }) => paths.push(path) > 0
  }

  #value(word: string): string {
    const value = this.#words[this.#at]
    if (value === undefined)
      throw new Failure(
        this.#call.dialect === 'gnu' ? `missing argument to \`${word}'` : `${word} requires an argument`,
      )
    this.#at += 1
    return value
  }

  #next(): string {
    const word = this.#words[this.#at]
    if (word === undefined) throw new Misused()
    this.#at += 1
    return word
  }

  #is(...words: readonly string[]): boolean {
    const found = words.includes(this.#words[this.#at] ?? '')
    if (found) this.#at += 1
    return found
  }

  #lacks(word: string): Failure {
    return new Failure(this.#call.dialect === 'gnu' ? `missing argument to \`${word}'` : `${word} requires an argument`)
  }

  #unknown(word: string): Failure {
    return new Failure(this.#call.dialect === 'gnu' ? `unknown predicate \`${word}'` : `unrecognized: ${word}`)
  }
}
