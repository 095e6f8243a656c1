// What an applet works with: its operands, buffered output, and complaints in BusyBox's or GNU's words.
// Inside an applet every string holds bytes, one a character: what it reads, its operands, what it prints. So nothing is lost in a file that is no text.
import { Errno, type Files, type OpenFile, type Process } from '../../node/process.ts'
import { asText, decode, encode, lines, mayHold } from './bytes.ts'
import { filesByBytes } from './files.ts'
import type { Options, Parsed } from './options.ts'

/** Whose words a program has: busybox's, or those of Debian's coreutils, grep and sed. */
export type Dialect = 'busybox' | 'gnu'

/** A text of each; % is a path in it. */
export type Words = readonly [busybox: string, gnu: string]

/** How an applet speaks of files. */
export interface Manner {
  /** Of a file that it cannot open to read: what comes before strerror's words. */
  readonly opens?: Words
  /** Of one that it cannot read; @ is strerror's words. "" where it takes that for an empty file. */
  readonly reads?: Words
  /** Of what it cannot do with a path: what comes before strerror's words. */
  readonly refused?: Words
}

const plain: Words = ['%', '%']

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

/** One run of an applet. */
export class Call {
  readonly process: Process
  readonly name: string
  readonly gnu: boolean
  /** The tree, by paths that are bytes. */
  readonly files: Files
  words: readonly string[] = []
  /** The exit code, as complaints have left it. */
  status = 0
  readonly #manner: Manner
  #options: Options = new Map()
  #pending = ''

  constructor(process: Process, name: string, dialect: Dialect, manner: Manner) {
    this.process = process
    this.name = name
    this.gnu = dialect === 'gnu'
    this.files = filesByBytes(process.files)
    this.#manner = manner
  }

  take({ words, options }: Parsed): void {
    this.words = words
    this.#options = options
  }

  /** Whether any of the letters has been given. */
  has(letters: string): boolean {
    return Array.from(letters).some((letter) => this.#options.has(letter))
  }

  /** The last value given. */
  value(option: string): string | undefined {
    return this.values(option).at(-1)
  }

  values(option: string): readonly string[] {
    return this.#options.get(option) ?? []
  }

  /** A value that has to be a number, in BusyBox's words where it is none. */
  number(option: string, otherwise: number): number {
    const given = this.value(option)
    return given === undefined ? otherwise : numberIn(given)
  }

  says(busybox: string, gnu: string): string {
    return this.gnu ? gnu : busybox
  }

  /** To standard output, as stdio buffers it: by line on a terminal, else by 4096 bytes. */
  async out(text: string): Promise<void> {
    this.#pending += text
    if (this.#pending.length >= 4096 || (this.terminal !== undefined && this.#pending.includes('\n')))
      await this.flush()
  }

  line(text: string | number): Promise<void> {
    return this.out(`${text}\n`)
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

  /** What is said of a refused system call on a path. */
  async refuse(error: unknown, path: string, words = this.#manner.refused ?? plain): Promise<void> {
    if (!(error instanceof Errno)) throw error
    await this.complain(`${this.says(...words).replace('%', () => path)}: ${error.message}`)
  }

  /** Does something with each path; what is refused is complained of. */
  async each(action: (path: string) => Promise<unknown>, paths = this.words): Promise<void> {
    for (const path of paths) await action(path).catch((error: unknown) => this.refuse(error, path))
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
      await this.refuse(error, path, this.#manner.opens ?? plain)
      return undefined
    }
  }

  /** The files that the operands name, or standard input. What cannot be read is complained of. */
  async inputs(read: (file: OpenFile, path: string) => Promise<unknown>, paths = this.words): Promise<void> {
    for (const path of paths.length === 0 ? ['-'] : paths) {
      const file = await this.open(path)
      if (file === undefined) continue
      await read(file, path).catch((error: unknown) => this.cannotRead(error, path))
      if (file !== this.stdin) file.close()
    }
  }

  /** Everything that is left in a file. */
  async contents(file: OpenFile): Promise<string> {
    let all = ''
    for (;;) {
      const piece = await file.read(65_536)
      if (piece.length === 0) return all
      mayHold((all += decode(piece)).length)
    }
  }

  /** Each line of all inputs, with its newline where it has one. False ends it. */
  lines(take: (line: string) => unknown, paths = this.words): Promise<void> {
    return this.inputs(async (file) => {
      for await (const line of lines(file)) if ((await take(line)) === false) return
    }, paths)
  }

  async cannotRead(error: unknown, path: string): Promise<void> {
    if (!(error instanceof Errno)) throw error
    const words = this.says(...(this.#manner.reads ?? ['', '%: @']))
    if (words !== '') await this.complain(words.replace('%', () => path).replace('@', error.message))
  }

  /** Becomes another program. */
  exec(argv: readonly string[], env?: ReadonlyMap<string, string>): Promise<number> {
    return this.#run(argv, (words) => this.process.exec(words, env === undefined ? {} : { env }))
  }

  /** Runs another program and waits for it. */
  spawn(argv: readonly string[]): Promise<number> {
    return this.#run(argv, async (words) => (await this.process.spawn(words)).wait())
  }

  async #run(argv: readonly string[], start: (words: readonly string[]) => Promise<number>): Promise<number> {
    await this.flush()
    try {
      return await start(argv.map(asText))
    } catch (error) {
      await this.refuse(
        error,
        argv[0] ?? '',
        this.#manner.refused ?? ["can't execute '%'", "failed to run command '%'"],
      )
      return error instanceof Errno && error.code === 'ENOENT' ? 127 : 126
    }
  }
}

/** In BusyBox's words where it is none: xatoi of libbb. */
export function numberIn(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw new Failure(`invalid number '${text}'`)
  return Number(text)
}
