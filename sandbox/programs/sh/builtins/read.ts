import type { OpenFile } from '../../../node/process.ts'
import { Interrupted, ShellError } from '../control.ts'
import { nextByte } from '../input.ts'
import type { Shell } from '../shell.ts'
import { isName } from '../variables.ts'
import type { Builtin } from './builtin.ts'

interface Wanted {
  raw: boolean
  prompt: string
  silent: boolean
  fd: number
  limit: number
  delimiter: string
  seconds: number | undefined
  names: string[]
}

export const read: Builtin = async (shell, args) => {
  const wanted = parsed(args)
  const wrong = wanted.names.find((name) => !isName(name))
  if (wrong !== undefined) {
    await shell.print(`${shell.name}: read: '${wrong}': bad variable name\n`, 2)
    return 1
  }
  const file = shell.process.fds.get(wanted.fd)
  if (wanted.prompt !== '' && file?.terminal !== undefined) await shell.print(wanted.prompt, 2)
  if (file === undefined) throw new ShellError(`read error: Bad file descriptor`, 1)
  const gaveUp = new AbortController()
  const reading = inTime(shell, wanted.seconds, lineOf(shell, file, wanted, gaveUp.signal))
  const line = await (shell.interactive ? shell.traps.interruptible(reading) : reading)
  if (line === undefined) gaveUp.abort()
  if (shell.traps.interrupted) throw new Interrupted()
  if (line === undefined) return shell.flavour === 'bash' ? 142 : 1
  assign(shell, wanted, line.chars)
  return line.ended ? 1 : 0
}

function parsed(args: readonly string[]): Wanted {
  const wanted: Wanted = {
    raw: false,
    prompt: '',
    silent: false,
    fd: 0,
    limit: Infinity,
    delimiter: '\n',
    seconds: undefined,
    names: [],
  }
  let at = 0
  for (; /^-./.test(args[at] ?? '') && args[at] !== '--'; at += 1) {
    const arg = args[at] ?? ''
    for (let index = 1; index < arg.length; index += 1) {
      const letter = arg[index] ?? ''
      if (letter === 'r') wanted.raw = true
      else if (letter === 's') wanted.silent = true
      else if ('ptnud'.includes(letter)) {
        const value = arg.slice(index + 1) || args[(at += 1)]
        if (value === undefined) throw new ShellError(`No arg for -${letter} option`)
        setValue(wanted, letter, value)
        break
      } else throw new ShellError(`illegal option -${letter}`)
    }
  }
  wanted.names = args.slice(args[at] === '--' ? at + 1 : at)
  return wanted
}

function setValue(wanted: Wanted, letter: string, value: string): void {
  if (letter === 'p') wanted.prompt = value
  else if (letter === 'd') wanted.delimiter = value.slice(0, 1) || '\0'
  else {
    const number = Number(value)
    if (Number.isNaN(number) || number < 0) throw new ShellError('invalid count')
    if (letter === 't') wanted.seconds = number
    else if (letter === 'n') wanted.limit = number
    else wanted.fd = number
  }
}

interface Line {
  /** Those that had a backslash before them are not looked for in IFS. */
  readonly chars: readonly { readonly char: string; readonly escaped: boolean }[]
  readonly ended: boolean
}

async function lineOf(shell: Shell, file: OpenFile, wanted: Wanted, gaveUp: AbortSignal): Promise<Line> {
  const { raw, limit, delimiter } = wanted
  const chars: { char: string; escaped: boolean }[] = []
  const bytes = new ByteReader(file)
  const decoder = new TextDecoder()
  let escaped = false
  while (chars.length < limit) {
    const pause = shell.process.step()
    if (pause !== undefined) await pause
    const byte = await bytes.next()
    if (byte === undefined || gaveUp.aborted) return { chars, ended: true }
    const char = decoder.decode(Uint8Array.of(byte), { stream: true })
    if (char === '' || char === '\0') {
      if (char === '\0' && delimiter === '\0') break
      continue
    }
    if (escaped) {
      if (char !== '\n') chars.push({ char, escaped: true })
      escaped = false
    } else if (char === delimiter) break
    else if (char === '\\' && !raw) escaped = true
    else chars.push({ char, escaped: false })
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

async function inTime<T>(shell: Shell, seconds: number | undefined, reading: Promise<T>): Promise<T | undefined> {
  if (seconds === undefined) return reading
  return Promise.race([reading, shell.process.sleep(seconds * 1000).then(() => undefined)])
}

function assign(shell: Shell, { names }: Wanted, chars: Line['chars']): void {
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
  for (const [index, name] of names.entries()) {
    const start = at
    let end = chars.length
    if (index < names.length - 1) {
      while (at < chars.length && !splits(at)) at += 1
      end = at
      while (blank(at)) at += 1
      if (splits(at) && !blank(at)) at += 1
      while (blank(at)) at += 1
      if (end === start && at === start) end = start
    } else {
      while (end > start && blank(end - 1)) end -= 1
      at = chars.length
    }
    shell.variables.set(name, textOf(start, end))
  }
}
