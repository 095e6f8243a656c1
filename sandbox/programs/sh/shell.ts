import type { AndOr, ParsedScript, PipelineNode, Statement } from 'unbash'
import { errno } from '../../node/errno.ts'
import { Errno, type Process, type Terminal } from '../../node/process.ts'
import { Exit, type ShellError } from './control.ts'
import { Jobs } from './jobs.ts'
import type { Option } from './options.ts'
import type { Body, Commands } from './syntax.ts'
import { Traps } from './traps.ts'
import { Variables } from './variables.ts'
import { type Flavour, inWordsOf } from './wording.ts'

export interface TextOptions {
  /** Nothing comes after it. */
  readonly last?: boolean
  /** -1 where the first line is to count as 0. By default the lines go on from where the shell is: eval. */
  readonly linesBefore?: number
}

/** What expansions and builtins need of the parts that run commands, which need them. `last`: nothing comes after, so that a program may take the shell's place. */
export interface Interpreter {
  /** eval, traps, files that are sourced. */
  text(text: string, options?: TextOptions): Promise<number>
  commands(commands: Commands, last?: boolean): Promise<number>
  list(statements: readonly Statement[], last?: boolean): Promise<number>
  node(node: PipelineNode | AndOr, last?: boolean): Promise<number>
  /** What was told to trap, for the signals that have come. */
  pendingTraps(): Promise<void>
  /** What $(...) prints. */
  substitution(script: ParsedScript): Promise<string>
  /** A builtin or a program, but no function: command. */
  command(argv: readonly string[]): Promise<number>
}

export interface ShellFunction {
  readonly body: Body
  readonly source: string
  readonly linesBefore: number
}

/** Where it is and how it got there: what a subshell starts with, beside variables, functions and options. */
class State {
  /** $0 */
  name = 'sh'
  /** $1, $2, ... */
  positional: readonly string[] = []
  /** $? */
  status = 0
  /** $! */
  lastBackground: number | undefined
  /** For messages and for what jobs prints. */
  source = ''
  position = 0
  /** Lines of the script that came before `source`; -1 for sh -c, whose first line is 0. */
  linesBefore = 0
  /** The file that commands come from. */
  file: string | undefined
  /** $FUNCNAME */
  functionName = ''
  /** For $-: -c. */
  commandString = false
  /** The builtin that runs. */
  builtin: string | undefined
  /** Above 0: a status that is looked at does not end the shell under set -e. */
  tested = 0
  loops = 0
  /** Functions, sourced files and evals inside each other. */
  depth = 0
  /** Where cd went, with the links as they were typed. */
  directory: { readonly logical: string; readonly physical: string } | undefined
}

/** Where the stack of the real one is used up: it dies of SIGSEGV. */
const deepest = 1000

export class Shell extends State {
  process: Process
  readonly flavour: Flavour
  readonly run: Interpreter
  readonly variables: Variables
  readonly functions: Map<string, ShellFunction>
  readonly options: Set<Option>
  readonly traps: Traps
  readonly jobs = new Jobs()
  readonly history: string[] = []
  /** Whose foreground it hands to its jobs. */
  terminal: Terminal | undefined
  /** Told when a child has stopped or ended. */
  onChild: () => void = () => {}
  /** $$: that of the shell, in its subshells too. */
  readonly pid: number
  /** The status of the last command substitution: that of a command that is nothing but assignments. */
  substituted = 0
  /** exec without a command: the redirections it was given stay. */
  keepRedirections = false
  readonly #interpreter: (shell: Shell) => Interpreter

  constructor(process: Process, flavour: Flavour, interpreter: (shell: Shell) => Interpreter, from?: Shell) {
    super()
    this.process = process
    this.flavour = flavour
    this.#interpreter = interpreter
    this.run = interpreter(this)
    this.variables = new Variables(from?.variables ?? process.env)
    this.functions = new Map(from?.functions)
    this.options = new Set(from?.options)
    this.pid = from?.pid ?? process.pid
    this.traps = new Traps(process, from?.traps)
    if (from === undefined) return
    for (const option of ['interactive', 'monitor'] as const) this.options.delete(option)
    for (const key of Object.keys(new State()) as (keyof State)[]) Object.assign(this, { [key]: from[key] })
  }

  copy(): Shell {
    return new Shell(this.process, this.flavour, this.#interpreter, this)
  }

  /** In another state, for as long as `work` takes. */
  async with<T>(state: Partial<State>, work: () => Promise<T>): Promise<T> {
    const before = Object.fromEntries((Object.keys(state) as (keyof State)[]).map((key) => [key, this[key]]))
    Object.assign(this, state)
    try {
      return await work()
    } finally {
      Object.assign(this, before)
    }
  }

  /** Of something whose status is looked at, so that set -e leaves it alone. */
  toBeTested(work: () => Promise<number>): Promise<number> {
    return this.with({ tested: this.tested + 1 }, work)
  }

  /** A function, a sourced file or an eval, inside of others. */
  async deeper(state: Partial<State>, work: () => Promise<number>): Promise<number> {
    if (this.depth >= deepest) throw new Exit(139)
    return this.with({ ...state, depth: this.depth + 1 }, work)
  }

  get interactive(): boolean {
    return this.options.has('interactive')
  }

  get line(): number {
    return this.linesBefore + this.source.slice(0, this.position).split('\n').length
  }

  async print(text: string, fd = 1): Promise<void> {
    const file = this.process.fds.get(fd)
    if (file === undefined) throw errno('EBADF')
    if (text !== '') await file.write(new TextEncoder().encode(text))
  }

  /** To standard error, after who says it: each shell in its own way. */
  async complain(message: string): Promise<void> {
    try {
      await this.print(`${this.say(message)}\n`, 2)
    } catch (error) {
      if (!(error instanceof Errno)) throw error
    }
  }

  async tell(error: ShellError): Promise<void> {
    if (error.told) return
    error.told = true
    // To bash, only what cannot be read is worth more than 1.
    if (this.flavour === 'bash' && error.status === 2 && !/^(?:illegal|syntax error)/i.test(error.message))
      error.status = 1
    await this.complain(error.message)
  }

  /** In this shell's words: ash_vmsg in shell/ash.c. */
  say(message: string): string {
    const { builtin, file, flavour, name, line } = this
    const part = (text: string | number | undefined) => (text === undefined || text === name ? '' : `${text}: `)
    const place = this.interactive ? undefined : `line ${line}`
    const who = {
      ash: part(builtin ?? file) + ((builtin ?? file) === undefined ? '' : part(place)),
      bash: part(place) + part(builtin),
      dash: part(line) + part(builtin),
    }[flavour]
    return `${name}: ${who}${inWordsOf(flavour, message)}`
  }
}
