import { ShellError } from '../control.ts'
import { type Builtin, options } from './builtin.ts'

export const umask: Builtin = async (shell, args) => {
  const { given, rest } = options(args, 'S')
  const [mask] = rest
  const { process } = shell
  if (mask === undefined) {
    await shell.print(
      given.has('S') ? `${symbolic(process.umask)}\n` : `${process.umask.toString(8).padStart(4, '0')}\n`,
    )
    return 0
  }
  if (/^[0-7]{1,4}$/.test(mask)) process.umask = parseInt(mask, 8)
  else if (/^[0-9]+$/.test(mask)) throw new ShellError(`illegal mode: ${mask}`)
  else process.umask = changed(process.umask, mask)
  return 0
}

function symbolic(mask: number): string {
  const letters = (shift: number) => ['r', 'w', 'x'].filter((_, bit) => ((mask >> shift) & (4 >> bit)) === 0).join('')
  return `u=${letters(6)},g=${letters(3)},o=${letters(0)}`
}

function changed(mask: number, text: string): number {
  let allowed = ~mask & 0o777
  for (const clause of text.split(',')) {
    const found = /^([ugoa]*)([-+=])([rwx]*)$/.exec(clause)
    if (found === null) throw new ShellError(`illegal mode: ${text}`)
    const [, who = '', operator, what = ''] = found
    const whom = who === '' || who.includes('a') ? 'ugo' : who
    const bits = [...what].reduce((all, letter) => all | { r: 4, w: 2, x: 1 }[letter as 'r'], 0)
    for (const one of whom) {
      const shift = { u: 6, g: 3, o: 0 }[one as 'u']
      if (operator === '=') allowed &= ~(7 << shift)
      allowed = operator === '-' ? allowed & ~(bits << shift) : allowed | (bits << shift)
    }
  }
  return ~allowed & 0o777
}

/** As they are in a container: what ulimit -a calls it, letter, value. */
const limits: readonly (readonly [name: string, letter: string, value: string])[] = [
  ['core file size (blocks)', 'c', '0'],
  ['data seg size (kb)', 'd', 'unlimited'],
  ['scheduling priority', 'e', '0'],
  ['file size (blocks)', 'f', 'unlimited'],
  ['pending signals', 'i', '96365'],
  ['max locked memory (kb)', 'l', '8192'],
  ['max memory size (kb)', 'm', 'unlimited'],
  ['open files', 'n', '1048576'],
  ['POSIX message queues (bytes)', 'q', '819200'],
  ['real-time priority', 'r', '0'],
  ['stack size (kb)', 's', '8192'],
  ['cpu time (seconds)', 't', 'unlimited'],
  ['max user processes', 'u', '96365'],
  ['virtual memory (kb)', 'v', 'unlimited'],
  ['file locks', 'x', 'unlimited'],
]

/** Shows them; what is to be set is taken note of nowhere. */
export const ulimit: Builtin = async (shell, args) => {
  const { given, rest } = options(args, 'HSacdefilmnqrstuvx')
  if (given.has('a')) {
    for (const [name, letter, value] of limits) await shell.print(`${name.padEnd(32)}(-${letter}) ${value}\n`)
    return 0
  }
  const wanted = [...given].find((one) => one !== 'H' && one !== 'S') ?? 'f'
  if (rest.length === 0) await shell.print(`${limits.find(([, letter]) => letter === wanted)?.[2] ?? 'unlimited'}\n`)
  return 0
}

export const times: Builtin = async (shell) => {
  await shell.print('0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n')
  return 0
}
