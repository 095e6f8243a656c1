import { errno } from '../../node/errno.ts'
import { Errno, type Process } from '../../node/process.ts'
import type { ShellError } from './control.ts'
import type { Jobs } from './jobs.ts'
import type { Option } from './options.ts'
import type { Body } from './syntax.ts'
import { Traps } from './traps.ts'
import { inWordsOf } from './wording.ts'
import { Variables } from './variables.ts'

/** Whose words it speaks: BusyBox's, Debian's sh, Debian's bash. */
export type Flavour = 'ash' | 'dash' | 'bash'

export interface ShellFunction {
  readonly body: Body
  readonly source: string
  readonly linesBefore: number
}

/** What a subshell starts with, beside variables, functions and options. */
const inherited = [
  'name',
  'positional',
  'status',
  'lastBackground',
  'source',
  'position',
  'linesBefore',
  'file',
  'functionName',
  'commandString',
  'builtin',
  'tested',
  'loops',
  'depth',
  'directory',
] as const satisfies readonly (keyof Shell)[]

/** All that a shell knows: what a subshell gets a copy of. */
export class Shell {
  process: Process
  readonly flavour: Flavour
  readonly variables: Variables
  readonly functions: Map<string, ShellFunction>
  readonly options: Set<Option>
  readonly traps: Traps
  readonly history: string[] = []
  /** Told when a child has stopped or ended. */
  onChild: () => void = () => {}
  jobs: Jobs
  /** $0 */
  name = 'sh'
  /** $1, $2, ... */
  positional: readonly string[] = []
  /** $? */
  status = 0
  /** $$: that of the shell, in its subshells too. */
  readonly pid: number
  /** $! */
  lastBackground: number | undefined
  /** Where it is: for messages and for what jobs prints. */
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
  /** The status of the last command substitution: that of a command that is nothing but assignments. */
  substituted = 0
  /** exec without a command: the redirections it was given stay. */
  keepRedirections = false
  /** Where cd went, with the links as they were typed. */
  directory: { readonly logical: string; readonly physical: string } | undefined

  constructor(process: Process, flavour: Flavour, jobs: Jobs, from?: Shell) {
    this.process = process
    this.flavour = flavour
    this.variables = new Variables(from?.variables ?? process.env)
    this.functions = new Map(from?.functions)
    this.options = new Set(from?.options)
    this.jobs = jobs
    this.pid = from?.pid ?? process.pid
    this.traps = new Traps(process, from?.traps)
    if (from === undefined) return
    for (const option of ['interactive', 'monitor'] as const) this.options.delete(option)
    for (const key of inherited) Object.assign(this, { [key]: from[key] })
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
    await this.complain(error.message)
  }

  /** A message in this shell's words. */
  say(message: string): string {
    return this.who + inWordsOf(this.flavour, message)
  }

  /** Who speaks, as each shell puts it: ash_vmsg in shell/ash.c. */
  get who(): string {
    const { builtin, file, flavour, name, line } = this
    const lineless = this.interactive
    if (flavour === 'bash')
      return `${name}: ${lineless ? '' : `line ${line}: `}${builtin === undefined ? '' : `${builtin}: `}`
    if (flavour === 'dash') return `${name}: ${line}: ${builtin === undefined ? '' : `${builtin}: `}`
    const command = builtin ?? file
    if (command === undefined) return `${name}: `
    return `${name}: ${command === name ? '' : `${command}: `}${lineless ? '' : `line ${line}: `}`
  }
}
