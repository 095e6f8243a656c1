/** By letter: the values given; for a flag, one empty string each time. */
export type Options = ReadonlyMap<string, readonly string[]>

/** In the words of the C library's getopt. */
export class WrongOption extends Error {}

/** As getopt_long reads argv: flags may be bundled, operands may stand among options (unless `spec` starts with "+"), "--" ends them. */
export function parseOptions(
  argv: readonly string[],
  spec: string,
  long: Readonly<Record<string, string>>,
): { readonly words: readonly string[]; readonly options: Options } {
  const options = new Map<string, string[]>()
  const words: string[] = []
  const add = (letter: string, value: string) => options.set(letter, [...(options.get(letter) ?? []), value])
  const takes = (letter: string) => spec.includes(`${letter}:`)
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? ''
    if (word === '--') {
      words.push(...argv.slice(at + 1))
      break
    }
    if (word.startsWith('--')) {
      const [name = '', ...value] = word.slice(2).split('=')
      const letter = Object.hasOwn(long, name) ? long[name] : undefined
      if (letter === undefined) throw new WrongOption(`unrecognized option '--${name}'`)
      const needed = takes(letter)
      if (needed && value.length === 0 && at + 1 >= argv.length)
        throw new WrongOption(`option '--${name}' requires an argument`)
      if (!needed && value.length > 0) throw new WrongOption(`option '--${name}' doesn't allow an argument`)
      add(letter, needed && value.length === 0 ? (argv[(at += 1)] ?? '') : value.join('='))
    } else if (word.startsWith('-') && word !== '-') {
      for (let letters = word.slice(1); letters !== '';) {
        const letter = letters.slice(0, 1)
        letters = letters.slice(1)
        if (letter === ':' || letter === '+' || !spec.includes(letter))
          throw new WrongOption(`invalid option -- '${letter}'`)
        if (!takes(letter)) {
          add(letter, '')
          continue
        }
        if (letters === '' && at + 1 >= argv.length) throw new WrongOption(`option requires an argument -- '${letter}'`)
        add(letter, letters === '' ? (argv[(at += 1)] ?? '') : letters)
        break
      }
    } else if (spec.startsWith('+')) {
      words.push(...argv.slice(at))
      break
    } else words.push(word)
  }
  return { words, options }
}
