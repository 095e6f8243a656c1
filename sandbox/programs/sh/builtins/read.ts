import type { OpenFile } from '../../../node/process.ts'
import { Interrupted, ShellError } from '../control.ts'
import { nextByte } from '../input.ts'
import type { Shell } from '../shell.ts'
import { isName } from '../variables.ts'
import { type Builtin, options } from './builtin.ts'

/** -r, -p PROMPT, -t SECONDS, -n CHARACTERS. */
export const read: Builtin = async (shell, args) => {
  const { has, value, rest: names } = options(args, 'rsp:t:n:')
  const misnamed = names.find((name) => !isName(name))
  if (misnamed !== undefined) {
    await shell.print(`${shell.name}: read: '${misnamed}': bad variable name\n`, 2)
    return 1
  }
  const file = shell.process.fds.get(0)
  if (file === undefined) throw new ShellError('read error: Bad file descriptor', 1)
  if (file.terminal !== undefined) await shell.print(value('p') ?? '', 2)
  const gaveUp = new AbortController()
  const reading = lineOf(shell, file, has('r'), Number(value('n') ?? Infinity), gaveUp.signal)
  const seconds = value('t')
  const timed = seconds === undefined ? reading : Promise.race([reading, shell.process.sleep(Number(seconds) * 1000)])
  const line = (await (shell.interactive ? shell.traps.interruptible(timed) : timed)) ?? undefined
  if (line === undefined) gaveUp.abort()
  if (shell.traps.interrupted) throw new Interrupted()
  if (line === undefined) return 1
  assign(shell, names, line.chars)
  return line.ended ? 1 : 0
}

interface Line {
  /** One each, with the backslash that stood before it, so that it is not looked for in IFS. */
  readonly chars: readonly string[]
  readonly ended: boolean
}

async function lineOf(shell: Shell, file: OpenFile, raw: boolean, limit: number, gaveUp: AbortSignal): Promise<Line> {
  const chars: string[] = []
  const decoder = new TextDecoder()
  let backslash = ''
  while (chars.length < limit) {
    await shell.process.step()
    const byte = await nextByte(file)
    if (byte.length === 0 || gaveUp.aborted) return { chars, ended: true }
    const char = decoder.decode(byte, { stream: true })
    if (char === '' || char === '\0') continue
    if (backslash === '' && char === '\n') break
    if (backslash === '' && char === '\\' && !raw) {
      backslash = char
      continue
    }
    if (char !== '\n') chars.push(backslash + char)
    backslash = ''
  }
  return { chars, ended: false }
}

function assign({ variables }: Shell, names: readonly string[], chars: readonly string[]): void {
  const ifs = [...(variables.get('IFS') ?? ' \t\n')]
  const splits = (at: number) => ifs.includes(chars[at] ?? '')
  const blank = (at: number) => splits(at) && ' \t\n'.includes(chars[at] ?? '')
  const set = (name: string, from: number, to: number) =>
    variables.set(
      name,
      chars
        .slice(from, to)
        .map((char) => char.replace(/^\\(?=[^])/, ''))
        .join(''),
    )
  if (names.length === 0) return set('REPLY', 0, chars.length)
  let at = 0
  while (blank(at)) at += 1
  for (const name of names.slice(0, -1)) {
    const start = at
    while (at < chars.length && !splits(at)) at += 1
    set(name, start, at)
    while (blank(at)) at += 1
    if (splits(at) && !blank(at)) at += 1
    while (blank(at)) at += 1
  }
  let end = chars.length
  while (end > at && blank(end - 1)) end -= 1
  set(names.at(-1) ?? '', at, end)
}
