import type { OpenFile } from '../../../node/process.ts'
import { Interrupted, ShellError } from '../control.ts'
import { nextByte } from '../input.ts'
import type { Shell } from '../shell.ts'
import { isName } from '../variables.ts'
import { type Builtin, options } from './builtin.ts'

/** -r, -p PROMPT, -t SECONDS, -n CHARACTERS. */
export const read: Builtin = async (shell, args) => {
  const { given, rest: names, wrong } = options(args, 'rs', 'ptn')
  if (wrong !== undefined) throw new ShellError(`illegal option -${wrong}`)
  const misnamed = names.find((name) => !isName(name))
  if (misnamed !== undefined) {
    await shell.print(`${shell.name}: read: '${misnamed}': bad variable name\n`, 2)
    return 1
  }
  const file = shell.process.fds.get(0)
  if (file === undefined) throw new ShellError('read error: Bad file descriptor', 1)
  if (file.terminal !== undefined) await shell.print(given.get('p') ?? '', 2)
  const gaveUp = new AbortController()
  const reading = lineOf(shell, file, given.has('r'), Number(given.get('n') ?? Infinity), gaveUp.signal)
  const seconds = given.get('t')
  const timed = seconds === undefined ? reading : Promise.race([reading, shell.process.sleep(Number(seconds) * 1000)])
  const line = (await (shell.interactive ? shell.traps.interruptible(timed) : timed)) ?? undefined
  if (line === undefined) gaveUp.abort()
  if (shell.traps.interrupted) throw new Interrupted()
  if (line === undefined) return 1
  assign(shell, names, line.chars)
  return line.ended ? 1 : 0
}

interface Line {
  /** Those that had a backslash before them are not looked for in IFS. */
  readonly chars: readonly { readonly char: string; readonly escaped: boolean }[]
  readonly ended: boolean
}

async function lineOf(shell: Shell, file: OpenFile, raw: boolean, limit: number, gaveUp: AbortSignal): Promise<Line> {
  const chars: { char: string; escaped: boolean }[] = []
  const bytes = new ByteReader(file)
  const decoder = new TextDecoder()
  let escaped = false
  while (chars.length < limit) {
    await shell.process.step()
    const byte = await bytes.next()
    if (byte === undefined || gaveUp.aborted) return { chars, ended: true }
    const char = decoder.decode(Uint8Array.of(byte), { stream: true })
    if (char === '' || char === '\0') continue
    if (escaped) {
      if (char !== '\n') chars.push({ char, escaped })
      escaped = false
    } else if (char === '\n') break
    else if (char === '\\' && !raw) escaped = true
    else chars.push({ char, escaped })
  }
  await bytes.giveBack()
  return { chars, ended: false }
}

/** Takes no more from its file than is asked for; from a regular file in larger pieces, given back afterwards. */
class ByteReader {
  readonly #file: OpenFile
  #size: number | undefined
  #bytes: Uint8Array = new Uint8Array()
  #at = 0

  constructor(file: OpenFile) {
    this.#file = file
  }

  async next(): Promise<number | undefined> {
    if (this.#at >= this.#bytes.length) {
      this.#size ??= (await this.#file.stat()).type === 'file' ? 1024 : 1
      this.#bytes = await (this.#size === 1 ? nextByte(this.#file) : this.#file.read(this.#size))
      this.#at = 0
    }
    return this.#bytes[this.#at++]
  }

  async giveBack(): Promise<void> {
    const left = this.#bytes.length - this.#at
    if (left > 0) await this.#file.seek(-left, 'current')
  }
}

function assign(shell: Shell, names: readonly string[], chars: Line['chars']): void {
  const ifs = shell.variables.get('IFS') ?? ' \t\n'
  const splits = (at: number) => chars[at]?.escaped === false && ifs.includes(chars[at]?.char ?? '')
  const blank = (at: number) => splits(at) && ' \t\n'.includes(chars[at]?.char ?? '')
  const textOf = (from: number, to: number) =>
    chars
      .slice(from, to)
      .map(({ char }) => char)
      .join('')
  if (names.length === 0) return shell.variables.set('REPLY', textOf(0, chars.length))
  let at = 0
  while (blank(at)) at += 1
  for (const name of names.slice(0, -1)) {
    const start = at
    while (at < chars.length && !splits(at)) at += 1
    shell.variables.set(name, textOf(start, at))
    while (blank(at)) at += 1
    if (splits(at) && !blank(at)) at += 1
    while (blank(at)) at += 1
  }
  let end = chars.length
  while (end > at && blank(end - 1)) end -= 1
  shell.variables.set(names.at(-1) ?? '', textOf(at, end))
}
