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
  else if (/^[0-9]+$/.test(mask)) throw new ShellError(`Illegal number: ${mask}`)
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
    if (found === null) throw new ShellError(`Illegal mode: ${text}`)
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

/** As they are in a container: letter, what ulimit -a calls it, unit, value. */
const limits: readonly (readonly [letter: string, name: string, unit: string, value: string])[] = [
  ['f', 'file size', 'blocks', 'unlimited'],
  ['t', 'cpu time', 'seconds', 'unlimited'],
  ['d', 'data seg size', 'kb', 'unlimited'],
  ['s', 'stack size', 'kb', '8192'],
  ['c', 'core file size', 'blocks', 'unlimited'],
  ['m', 'resident set size', 'kb', 'unlimited'],
  ['l', 'locked memory', 'kb', '8192'],
  ['p', 'processes', '', '256'],
  ['n', 'file descriptors', '', '1048576'],
  ['v', 'address space', 'kb', 'unlimited'],
  ['w', 'locks', '', 'unlimited'],
  ['e', 'scheduling priority', '', '0'],
  ['r', 'real-time priority', '', '0'],
]

export const ulimit: Builtin = async (shell, args) => {
  const { given } = options(args, 'HSaftdsclpnvwermx')
  if (given.has('a')) {
    for (const [letter, name, unit, value] of limits)
      await shell.print(`${`${name}${unit === '' ? '' : ` (${unit})`}`.padEnd(32)}(-${letter}) ${value}\n`)
    return 0
  }
  const letter = [...given].find((one) => one !== 'H' && one !== 'S') ?? 'f'
  if (args.every((arg) => arg.startsWith('-')))
    await shell.print(`${limits.find(([one]) => one === letter)?.[3] ?? 'unlimited'}\n`)
  return 0
}

export const times: Builtin = async (shell) => {
  await shell.print('0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n')
  return 0
}
