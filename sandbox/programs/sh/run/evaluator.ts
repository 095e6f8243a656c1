import type {
  AndOr,
  ArithmeticCommand,
  Case,
  CompoundList,
  For,
  If,
  ParsedScript,
  PipelineNode,
  Statement,
  While,
} from 'unbash'
import { builtinOf } from '../builtins/index.ts'
import { Exit, Interrupted, LoopExit, ShellError } from '../control.ts'
import { matches } from '../expand/pattern.ts'
import { Expander } from '../expand/words.ts'
import type { Interpreter, Shell, TextOptions } from '../shell.ts'
import { type Commands, commandsIn } from '../syntax.ts'
import { syntaxMessage } from '../syntax-error.ts'
import { largest } from '../variables.ts'
import { invokeBuiltin, invokeProgram, runSimple } from './command.ts'
import { condition } from './condition.ts'
import { aside, background, runPipeline } from './pipeline.ts'
import { redirected } from './redirect.ts'
import { substituted } from './substitution.ts'

/** Runs the nodes of a script: evaltree in shell/ash.c. */
export class Evaluator implements Interpreter {
  readonly #shell: Shell

  constructor(shell: Shell) {
    this.#shell = shell
  }

  async text(text: string, { last = false, linesBefore = this.#shell.line - 1 }: TextOptions = {}): Promise<number> {
    if (text.length > largest) throw new ShellError('out of memory')
    const commands = commandsIn(text, true)
    return this.#shell.with({ source: text, linesBefore, position: 0 }, () => this.commands(commands, last))
  }

  async commands({ statements, wrong }: Commands, last = false): Promise<number> {
    const shell = this.#shell
    const status = await this.list(statements, last && wrong === undefined)
    if (wrong === undefined) return status
    shell.position = wrong.pos
    const error = new ShellError(syntaxMessage(wrong, shell.source))
    await shell.tell(error)
    throw error
  }

  async list(statements: readonly Statement[], last = false): Promise<number> {
    let status = 0
    for (const [index, { command, background: beside }] of statements.entries()) {
      if (beside === true) status = this.#shell.status = await background(this.#shell, command)
      else status = await this.node(command, last && index === statements.length - 1)
    }
    return status
  }

  async node(node: PipelineNode | AndOr, last = false): Promise<number> {
    const shell = this.#shell
    await shell.process.step()
    if (shell.options.has('noexec')) return 0
    try {
      shell.status = await this.#evaluated(node, last)
    } catch (error) {
      if (error instanceof ShellError) await shell.tell(error)
      throw error
    }
    const { status, tested, traps } = shell
    if (status !== 0 && tested === 0 && shell.options.has('errexit') && endsShell(node)) throw new Exit(status)
    if (traps.interrupted) throw new Interrupted()
    if (traps.pending) await this.pendingTraps()
    return status
  }

  substitution(script: ParsedScript): Promise<string> {
    return substituted(this.#shell, script)
  }

  command(argv: readonly string[]): Promise<number> {
    const builtin = builtinOf(this.#shell, argv[0] ?? '')
    if (builtin !== undefined) return invokeBuiltin(this.#shell, builtin, argv, false)
    return invokeProgram(this.#shell, argv, new Map(), false)
  }

  async pendingTraps(): Promise<void> {
    const { traps, status } = this.#shell
    for (let action = traps.take(); action !== undefined; action = traps.take()) {
      await this.text(action)
      this.#shell.status = status
    }
  }

  async #evaluated(node: PipelineNode | AndOr, last: boolean): Promise<number> {
    const shell = this.#shell
    switch (node.type) {
      case 'Command':
        shell.position = node.pos
        return runSimple(shell, node, last)
      case 'Pipeline':
        return runPipeline(shell, node, last)
      case 'AndOr':
        return this.#andOr(node, last)
      case 'If':
        return this.#if(node, last)
      case 'For':
        return this.#for(node)
      case 'While':
        return this.#while(node)
      case 'Case':
        return this.#case(node, last)
      case 'BraceGroup':
        return this.list(node.body.commands, last)
      case 'Subshell': {
        const work = (sub: Shell) => sub.run.list(node.body.commands, true)
        if (last && !shell.traps.any) return work(shell)
        return aside(shell, work, shell.source.slice(node.pos, node.end))
      }
      case 'Redirected':
        return redirected(shell, node.redirects, () => this.node(node.command, last))
      case 'Function': {
        const { source, linesBefore } = shell
        shell.functions.set(node.name.value, { body: node.body, source, linesBefore })
        return 0
      }
      case 'TestCommand':
        if (shell.flavour !== 'dash') return (await condition(shell, new Expander(shell), node.expression)) ? 0 : 1
        await shell.complain('[[: not found')
        return 127
      case 'ArithmeticCommand':
        return this.#arithmetic(node)
      case 'ArithmeticFor':
      case 'Select':
      case 'Coproc':
        throw new ShellError('syntax error: unexpected word')
    }
  }

  /** ((...)): bash calculates; to the others it is a subshell in a subshell. */
  async #arithmetic({ body }: ArithmeticCommand): Promise<number> {
    const shell = this.#shell
    const words = new Expander(shell)
    if (shell.flavour === 'bash') return words.calculated(await words.ofText(body)) === 0n ? 1 : 0
    return aside(shell, (sub) => sub.run.text(body, { last: true }), body)
  }

  async #andOr({ commands, operators }: AndOr, last: boolean): Promise<number> {
    let status = 0
    for (const [index, command] of commands.entries()) {
      const operator = operators[index - 1]
      if (operator !== undefined && (operator === '&&') !== (status === 0)) continue
      if (index === commands.length - 1) status = await this.node(command, last)
      else status = await this.#shell.toBeTested(() => this.node(command))
    }
    return status
  }

  async #holds(clause: CompoundList): Promise<boolean> {
    return (await this.#shell.toBeTested(() => this.list(clause.commands))) === 0
  }

  async #if(node: If, last: boolean): Promise<number> {
    for (const branch of [node, ...node.elif])
      if (await this.#holds(branch.clause)) return this.list(branch.then.commands, last)
    return node.else === undefined ? 0 : this.list(node.else.commands, last)
  }

  async #for({ name, wordlist, body }: For): Promise<number> {
    const { positional, variables } = this.#shell
    let status = 0
    for (const value of wordlist === undefined ? positional : await new Expander(this.#shell).fields(wordlist)) {
      variables.set(name.value, value)
      const next = await this.#turn(() => this.list(body.commands))
      if (next === undefined) return 0
      status = next
    }
    return status
  }

  async #while({ kind, clause, body }: While): Promise<number> {
    let status = 0
    for (;;) {
      let over = false
      const next = await this.#turn(async () => {
        over = (await this.#holds(clause)) !== (kind === 'while')
        return over ? status : this.list(body.commands)
      })
      if (over || next === undefined) return next ?? 0
      status = next
    }
  }

  /** One turn of a loop; undefined where break ends the loop. */
  async #turn(work: () => Promise<number>): Promise<number | undefined> {
    const { process, loops } = this.#shell
    await process.step()
    try {
      return await this.#shell.with({ loops: loops + 1 }, work)
    } catch (error) {
      if (!(error instanceof LoopExit)) throw error
      if (error.loops > 1 && loops > 0) throw new LoopExit(error.kind, error.loops - 1)
      return error.kind === 'break' ? undefined : 0
    }
  }

  async #case({ word, items }: Case, last: boolean): Promise<number> {
    const words = new Expander(this.#shell)
    const subject = await words.text(word)
    let status = 0
    let through = false
    for (const { pattern, body, terminator } of items) {
      let fits = through
      for (const one of pattern) fits ||= matches(await words.pattern(one), subject)
      if (!fits) continue
      const final = terminator === ';;' || terminator === undefined
      status = await this.list(body.commands, last && final)
      if (final) return status
      through = terminator === ';&'
    }
    return status
  }
}

function endsShell(node: PipelineNode | AndOr): boolean {
  if (node.type === 'Pipeline') return node.prefixes.every(({ type }) => type !== 'Negation')
  return ['Command', 'Subshell', 'TestCommand', 'ArithmeticCommand', 'Redirected'].includes(node.type)
}
