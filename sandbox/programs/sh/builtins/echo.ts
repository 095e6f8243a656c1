import type { Process } from '../../../node/process.ts'
import type { Flavour } from '../wording.ts'
import { unescape } from './escapes.ts'
import { write } from './tool.ts'

/** -n, -e and -E in any mixture; what is not made of them is printed. dash knows -n alone, and always interprets. */
export async function echo(
  process: Process,
  [, ...args]: readonly string[],
  flavour: Flavour = 'ash',
): Promise<number> {
  let first = 0
  let newline = true
  let interpreted = flavour === 'dash'
  const known = flavour === 'dash' ? /^-n$/ : /^-[neE]+$/
  for (; known.test(args[first] ?? ''); first += 1) {
    const letters = args[first] ?? ''
    if (letters.includes('n')) newline = false
    if (/e[^E]*$/.test(letters)) interpreted = true
    else if (letters.includes('E')) interpreted = false
  }
  const text = args.slice(first).join(' ')
  const { bytes, stop } = interpreted ? unescape(text) : { bytes: Buffer.from(text), stop: false }
  await write(process, newline && !stop ? Buffer.concat([bytes, Buffer.from('\n')]) : bytes)
  return 0
}
