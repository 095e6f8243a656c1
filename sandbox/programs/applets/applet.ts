// What the small programs have in common: options, operands, buffered output, and complaints in BusyBox's or GNU's words.
// Inside an applet every string holds bytes, one a character: what it reads, its operands, what it prints. So nothing is lost in a file that is no text.
import { Errno, type Files, type OpenFile, type Process, type Program } from '../../node/process.ts'
import { asBytes, asText, decode, encode, lines, mayHold } from './bytes.ts'
import { filesByBytes } from './files.ts'
import { type Options, parseOptions, WrongOption } from './options.ts'
import { cannotOpen, cannotRead } from './words.ts'

/** Whose words a program has: busybox's, or those of Debian's coreutils, grep and sed. */
export type Dialect = 'busybox' | 'gnu'

/** Ends an applet at once, with a message. */
export class Failure extends Error {
  readonly code: number
  constructor(message: string, code = 1) {
    super(message)
    this.code = code
  }
}

/** Shows how the applet is used, after a message where there is one, and ends it. */
export class Misused extends Error {}

export interface Spec {
  readonly name: string
  /** The line of its usage, after its name. */
  readonly usage: string
  /** As getopt has it: "la", "n:" takes a value, "+" in front: nothing after the first operand is an option. */
  readonly options?: string
  /** Options that only GNU's program has. */
  readonly gnu?: string
  readonly long?: Readonly<Record<string, string>>
  /** Rewrites argv first, where options are written in a way of their own. */
  readonly prepare?: (argv: readonly string[]) => readonly string[]
  /** How many operands it needs and takes. */
  readonly operands?: readonly [least: number, most?: number]
  /** The exit code where it is used in a wrong way; 1 by default. */
  readonly misuse?: number
  readonly run: (call: Call) => Promise<number | void>
}

export interface Applet {
  readonly name: string
  readonly program: (dialect: Dialect) => Program
}

export const applet = (spec: Spec): Applet => ({
  name: spec.name,
  program: (dialect) => (process) => runApplet(spec, process, dialect),
})

async function runApplet(spec: Spec, process: Process, dialect: Dialect): Promise<number> {
  const call = new Call(process, spec.name, dialect)
  try {
    const argv = process.argv.slice(1).map(asBytes)
    if (argv.length === 1 && argv[0] === '--help') return await showUsage(call, spec, 0)
    call.take(
      parseOptions(
        spec.prepare?.(argv) ?? argv,
        (spec.options ?? '') + (dialect === 'gnu' ? (spec.gnu ?? '') : ''),
        spec.long ?? {},
      ),
    )
    const [least, most = Infinity] = spec.operands ?? [0]
    if (call.words.length < least && dialect === 'gnu') throw new Misused(missing(call.words))
    if (call.words.length < least || call.words.length > most) throw new Misused()
    const code = (await spec.run(call)) ?? call.status
    await call.flush()
    return code
  } catch (error) {
    if (error instanceof WrongOption) {
      const letter = /'(.)'$/.exec(error.message)?.[1]
      if (letter !== undefined && /^\S*/.exec(spec.usage)?.[0].includes(letter) === true) {
        await call.complain(`-${letter} is not modelled in the sandbox`)
        return spec.misuse ?? 1
      }
      await call.complain(error.message)
      return showUsage(call, spec, spec.misuse ?? 1)
    }
    if (error instanceof Misused) {
      if (error.message !== '') await call.complain(error.message)
      return showUsage(call, spec, spec.misuse ?? 1)
    }
    if (error instanceof Failure) await call.complain(error.message)
    else if (error instanceof Errno) await call.complain(asBytes(error.message))
    else throw error
    return error instanceof Failure ? error.code : 1
  }
}

/** As coreutils word it. */
const missing = (words: readonly string[]) => `missing operand${words.length === 0 ? '' : ` after '${words.at(-1)}'`}`

/** The build that the cluster's image of busybox:1.36 holds, which this one is held to. */
export const banner = 'BusyBox v1.35.0 (1970-01-01 00:00:00 UTC) multi-call binary.'

async function showUsage(call: Call, { name, usage }: Spec, code: number): Promise<number> {
  const text =
    call.dialect === 'gnu'
      ? `Try '${name} --help' for more information.\n`
      : `${banner}\n\nUsage: ${`${name} ${usage}`.trimEnd()}\n`
  await call.write(2, text)
  return code
}

/** One run of an applet. */
export class Call {
  readonly process: Process
  readonly name: string
  readonly dialect: Dialect
  /** The tree, by paths that are bytes. */
  readonly files: Files
  words: readonly string[] = []
  /** The exit code, as complaints have left it. */
  status = 0
  #options: Options = new Map()
  #pending = ''

  constructor(process: Process, name: string, dialect: Dialect) {
    this.process = process
    this.name = name
    this.dialect = dialect
    this.files = filesByBytes(process.files)
  }

  take({ words, options }: { readonly words: readonly string[]; readonly options: Options }): void {
    this.words = words
    this.#options = options
  }

  has(option: string): boolean {
    return this.#options.has(option)
  }

  /** The last value given. */
  value(option: string): string | undefined {
    return this.#options.get(option)?.at(-1)
  }

  values(option: string): readonly string[] {
    return this.#options.get(option) ?? []
  }

  /** A value that has to be a number, in BusyBox's words where it is none. */
  number(option: string, otherwise: number): number {
    const given = this.value(option)
    return given === undefined ? otherwise : numberIn(given)
  }

  /** To standard output, as stdio buffers it: by line on a terminal, else by 4096 bytes. */
  async out(text: string): Promise<void> {
    this.#pending += text
    if (this.#pending.length >= 4096 || (this.terminal !== undefined && this.#pending.includes('\n')))
      await this.flush()
  }

  async flush(): Promise<void> {
    const text = this.#pending
    this.#pending = ''
    if (text !== '') await this.write(1, text)
  }

  async write(fd: number, text: string): Promise<void> {
    const file = this.process.fds.get(fd)
    if (file === undefined && fd === 1) throw new Failure('write error: Bad file descriptor')
    try {
      await file?.write(encode(text))
    } catch (error) {
      if (fd !== 1 || !(error instanceof Errno)) throw error
      throw new Failure(`write error: ${error.message}`)
    }
  }

  async complain(message: string): Promise<void> {
    await this.flush()
    this.status ||= 1
    await this.write(2, `${this.name}: ${message}\n`)
  }

  /** What is said of a refused system call; `busybox` and `gnu` are what comes before strerror's words. */
  async refuse(error: unknown, busybox: string, gnu = busybox): Promise<void> {
    if (!(error instanceof Errno)) throw error
    await this.complain(`${this.dialect === 'gnu' ? gnu : busybox}: ${error.message}`)
  }

  get terminal() {
    return this.process.fds.get(1)?.terminal
  }

  get stdin(): OpenFile {
    const file = this.process.fds.get(0)
    if (file === undefined) throw new Errno('EBADF', 'Bad file descriptor')
    return file
  }

  /** A file to read, or standard input for "-". What cannot be opened is complained of. */
  async open(path: string): Promise<OpenFile | undefined> {
    if (path === '-') return this.stdin
    try {
      return await this.files.open(path, { read: true })
    } catch (error) {
      await this.refuse(error, cannotOpen(this.name, this.dialect, path))
      return undefined
    }
  }

  /** The files that the operands name, or standard input. */
  async *inputs(paths = this.words): AsyncGenerator<{ readonly path: string; readonly file: OpenFile }> {
    for (const path of paths.length === 0 ? ['-'] : paths) {
      const file = await this.open(path)
      if (file === undefined) continue
      try {
        yield { path, file }
      } finally {
        if (file !== this.stdin) file.close()
      }
    }
  }

  /** Everything that is left in a file. A directory's refusal is complained of. */
  async contents(file: OpenFile, path: string): Promise<string> {
    try {
      let all = ''
      for (;;) {
        const piece = await file.read(65_536)
        if (piece.length === 0) return all
        mayHold((all += decode(piece)).length)
      }
    } catch (error) {
      await this.cannotRead(error, path)
      return ''
    }
  }

  /** All lines of all inputs, each with its newline where it has one. */
  async *lines(paths = this.words): AsyncGenerator<string> {
    for await (const { path, file } of this.inputs(paths))
      try {
        for await (const line of lines(file)) yield line
      } catch (error) {
        await this.cannotRead(error, path)
      }
  }

  async cannotRead(error: unknown, path: string): Promise<void> {
    if (!(error instanceof Errno)) throw error
    if (error.code === 'ENOMEM') throw new Failure(this.dialect === 'gnu' ? 'memory exhausted' : 'out of memory')
    const words = cannotRead(this.name, this.dialect, path, error.message)
    if (words !== undefined) await this.complain(words)
  }

  /** Becomes another program. */
  async exec(argv: readonly string[], env?: ReadonlyMap<string, string>): Promise<number> {
    await this.flush()
    try {
      return await this.process.exec(argv.map(asText), env === undefined ? {} : { env })
    } catch (error) {
      return this.#cannotRun(error, argv[0] ?? '')
    }
  }

  /** Runs another program and waits for it. */
  async spawn(argv: readonly string[], options?: Parameters<Process['spawn']>[1]): Promise<number> {
    await this.flush()
    try {
      return await (await this.process.spawn(argv.map(asText), options)).wait()
    } catch (error) {
      return this.#cannotRun(error, argv[0] ?? '')
    }
  }

  async #cannotRun(error: unknown, name: string): Promise<number> {
    await this.refuse(
      error,
      `can't execute '${name}'`,
      this.name === 'env' ? `'${name}'` : `failed to run command '${name}'`,
    )
    return error instanceof Errno && error.code === 'ENOENT' ? 127 : 126
  }
}

/** In BusyBox's words where it is none: xatoi of libbb. */
export function numberIn(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw new Failure(`invalid number '${text}'`)
  return Number(text)
}
