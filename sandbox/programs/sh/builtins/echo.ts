import type { Process } from '../../../node/process.ts'
import { unescape } from './escapes.ts'
import { write } from './tool.ts'

/** -n, -e and -E in any mixture; what is not made of them is printed. */
export async function echo(process: Process, [, ...args]: readonly string[], escapes = false): Promise<number> {
  let first = 0
  let newline = true
  let interpreted = escapes
  for (; /^-[neE]+$/.test(args[first] ?? ''); first += 1) {
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
