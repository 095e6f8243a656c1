/** By letter: the values given; for a flag, one empty string each time. In the order in which the letters came first. */
export type Options = ReadonlyMap<string, readonly string[]>

/** In the words of the C library's getopt. */
export class WrongOption extends Error {
  /** "-x", "--long". */
  readonly option: string
  readonly lacksValue: boolean
  constructor(option: string, message: string, lacksValue = false) {
    super(message)
    this.option = option
    this.lacksValue = lacksValue
  }
}

export interface Parsed {
  readonly words: readonly string[]
  readonly options: Options
  /** As they came. */
  readonly given: readonly (readonly [letter: string, value: string])[]
}

/** As getopt_long reads argv: flags may be bundled, operands may stand among options (unless `spec` starts with "+"), "--" ends them. */
export function parseOptions(
  argv: readonly string[],
  spec: string,
  long: Readonly<Record<string, string>> = {},
): Parsed {
  const given: [string, string][] = []
  const words: string[] = []
  const rest = [...argv]
  const takes = (letter: string) => spec.includes(`${letter}:`)
  const next = (option: string, message: string) => {
    const value = rest.shift()
    if (value === undefined) throw new WrongOption(option, message, true)
    return value
  }
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word.startsWith('--') && word !== '--') {
      const [, name = '', value] = /^--([^=]*)(?:=([^]*))?$/.exec(word) ?? []
      const letter = Object.hasOwn(long, name) ? (long[name] ?? '') : ''
      if (letter === '' || !spec.includes(letter)) throw new WrongOption(word, `unrecognized option '--${name}'`)
      if (!takes(letter) && value !== undefined)
        throw new WrongOption(word, `option '--${name}' doesn't allow an argument`)
      given.push([letter, takes(letter) ? (value ?? next(word, `option '--${name}' requires an argument`)) : ''])
    } else if (word.startsWith('-') && word !== '-' && word !== '--') {
      for (let letters = word.slice(1); letters !== '';) {
        const letter = letters.slice(0, 1)
        letters = letters.slice(1)
        if (letter === ':' || letter === '+' || !spec.includes(letter))
          throw new WrongOption(`-${letter}`, `invalid option -- '${letter}'`)
        const value = takes(letter)
          ? letters || next(`-${letter}`, `option requires an argument -- '${letter}'`)
          : undefined
        given.push([letter, value ?? ''])
        if (value !== undefined) break
      }
    } else {
      if (word !== '--') words.push(word)
      if (word === '--' || spec.startsWith('+')) words.push(...rest.splice(0))
    }
  }
  const options = new Map<string, string[]>()
  for (const [letter, value] of given) options.set(letter, [...(options.get(letter) ?? []), value])
  return { words, options, given }
}
