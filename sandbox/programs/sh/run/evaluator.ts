import type {
  AndOr,
  ArithmeticCommand,
  Case,
  CompoundList,
  For,
  Function as FunctionNode,
  If,
  ParsedScript,
  PipelineNode,
  Statement,
  While,
} from 'unbash'
import { builtinOf } from '../builtins/index.ts'
import { Exit, Interrupted, LoopExit, RedirectError, ShellError } from '../control.ts'
import { matches } from '../expand/pattern.ts'
import { Expander, expandedText } from '../expand/words.ts'
import type { Interpreter, TextOptions } from '../interpreter.ts'
import type { Shell } from '../shell.ts'
import { commandsIn } from '../syntax.ts'
import { largest } from '../variables.ts'
import { syntaxMessage } from '../syntax-error.ts'
import { invokeBuiltin, invokeProgram, runSimple } from './command.ts'
import { condition } from './condition.ts'
import { forked, mayRunInPlace } from './fork.ts'
import { background, foreground, runPipeline, textOf } from './pipeline.ts'
import { redirected } from './redirect.ts'
import { substituted } from './substitution.ts'

/** Runs the nodes of a script: evaltree in shell/ash.c. */
export class Evaluator implements Interpreter {
  async text(
    shell: Shell,
    text: string,
    { last = false, linesBefore = shell.line - 1 }: TextOptions = {},
  ): Promise<number> {
    const outer = { source: shell.source, position: shell.position, linesBefore: shell.linesBefore }
    if (text.length > largest) throw new ShellError('out of memory')
    const { statements, wrong } = commandsIn(text, true)
    Object.assign(shell, { source: text, linesBefore, position: 0 })
    try {
      const status = await this.list(shell, statements, last && wrong === undefined)
      if (wrong === undefined) return status
      shell.position = wrong.pos
      const error = new ShellError(syntaxMessage(wrong, text))
      await shell.tell(error)
      throw error
    } finally {
      Object.assign(shell, outer)
    }
  }

  async list(shell: Shell, statements: readonly Statement[], last = false): Promise<number> {
    let status = 0
    for (const [index, statement] of statements.entries()) {
      const final = last && index === statements.length - 1
      if (statement.background === true) status = shell.status = await background(shell, this, statement)
      else status = await this.node(shell, statement.command, final)
    }
    return status
  }

  async node(shell: Shell, node: PipelineNode | AndOr, last = false): Promise<number> {
    await shell.process.step()
    if (shell.options.has('noexec')) return 0
    const status = await this.#told(shell, node, last)
    shell.status = status
    if (status !== 0 && shell.tested === 0 && shell.options.has('errexit') && endsShell(node)) throw new Exit(status)
    if (shell.traps.interrupted) throw new Interrupted()
    if (shell.traps.pending) await this.pendingTraps(shell)
    return status
  }

  substitution(shell: Shell, script: ParsedScript): Promise<string> {
    return substituted(shell, this, script)
  }

  command(shell: Shell, argv: readonly string[]): Promise<number> {
    const builtin = builtinOf(shell, argv[0] ?? '')
    if (builtin !== undefined) return invokeBuiltin(shell, this, builtin, argv, false)
    return invokeProgram(shell, this, argv, new Map(), false)
  }

  async #told(shell: Shell, node: PipelineNode | AndOr, last: boolean): Promise<number> {
    try {
      return await this.#evaluated(shell, node, last)
    } catch (error) {
      if (error instanceof ShellError && !(error instanceof RedirectError)) await shell.tell(error)
      throw error
    }
  }

  async #evaluated(shell: Shell, node: PipelineNode | AndOr, last: boolean): Promise<number> {
    switch (node.type) {
      case 'Command':
        shell.position = node.pos
        return runSimple(shell, this, node, last)
      case 'Pipeline':
        return runPipeline(shell, this, node, last)
      case 'AndOr':
        return this.#andOr(shell, node, last)
      case 'If':
        return this.#if(shell, node, last)
      case 'For':
        return this.#for(shell, node)
      case 'While':
        return this.#while(shell, node)
      case 'Case':
        return this.#case(shell, node, last)
      case 'BraceGroup':
        return this.list(shell, node.body.commands, last)
      case 'Subshell': {
        const work = (sub: Shell) => this.list(sub, node.body.commands, true)
        if (last && mayRunInPlace(shell)) return work(shell)
        return foreground(shell, [await forked(shell, this, work)], textOf(shell, node))
      }
      case 'Redirected':
        return this.#redirected(shell, () =>
          redirected(shell, this, node.redirects, () => this.node(shell, node.command, last)),
        )
      case 'Function':
        return define(shell, node)
      case 'TestCommand':
        if (shell.flavour === 'dash') return this.#absent(shell, '[[')
        return (await condition(shell, new Expander(shell, this), node.expression)) ? 0 : 1
      case 'ArithmeticCommand':
        return this.#arithmetic(shell, node)
      case 'ArithmeticFor':
      case 'Select':
      case 'Coproc':
        throw new ShellError('syntax error: unexpected word')
    }
  }

  async #absent(shell: Shell, name: string): Promise<number> {
    await shell.complain(`${name}: not found`)
    return 127
  }

  /** ((...)): bash calculates; to the others it is a subshell in a subshell. */
  async #arithmetic(shell: Shell, { body }: ArithmeticCommand): Promise<number> {
    if (shell.flavour === 'bash')
      return new Expander(shell, this).calculated(await expandedText(shell, this, body)) === 0n ? 1 : 0
    return foreground(shell, [await forked(shell, this, (sub) => this.text(sub, body, { last: true }))], body)
  }

  async #redirected(shell: Shell, work: () => Promise<number>): Promise<number> {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof RedirectError)) throw error
      await shell.tell(error)
      return error.status
    }
  }

  async #andOr(shell: Shell, { commands, operators }: AndOr, last: boolean): Promise<number> {
    let status = 0
    for (const [index, command] of commands.entries()) {
      const operator = operators[index - 1]
      if (operator !== undefined && (operator === '&&') !== (status === 0)) continue
      if (index === commands.length - 1) status = await this.node(shell, command, last)
      else status = await this.#tested(shell, () => this.node(shell, command))
    }
    return status
  }

  /** Whose status is looked at, so that set -e leaves it alone. */
  async #tested(shell: Shell, work: () => Promise<number>): Promise<number> {
    shell.tested += 1
    try {
      return await work()
    } finally {
      shell.tested -= 1
    }
  }

  async #holds(shell: Shell, clause: CompoundList): Promise<boolean> {
    return (await this.#tested(shell, () => this.list(shell, clause.commands))) === 0
  }

  async #if(shell: Shell, node: If, last: boolean): Promise<number> {
    for (const branch of [node, ...node.elif])
      if (await this.#holds(shell, branch.clause)) return this.list(shell, branch.then.commands, last)
    return node.else === undefined ? 0 : this.list(shell, node.else.commands, last)
  }

  async #for(shell: Shell, { name, wordlist, body }: For): Promise<number> {
    const values = wordlist === undefined ? shell.positional : await new Expander(shell, this).fields(wordlist)
    let status = 0
    for (const value of values) {
      shell.variables.set(name.value, value)
      const next = await this.#turn(shell, () => this.list(shell, body.commands))
      if (next === undefined) return 0
      status = next
    }
    return status
  }

  async #while(shell: Shell, { kind, clause, body }: While): Promise<number> {
    let status = 0
    for (;;) {
      let over = false
      const next = await this.#turn(shell, async () => {
        over = (await this.#holds(shell, clause)) !== (kind === 'while')
        return over ? status : this.list(shell, body.commands)
      })
      if (over || next === undefined) return next ?? 0
      status = next
    }
  }

  /** One turn of a loop; undefined where break ends the loop. */
  async #turn(shell: Shell, work: () => Promise<number>): Promise<number | undefined> {
    await shell.process.step()
    shell.loops += 1
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof LoopExit)) throw error
      if (error.loops > 1 && shell.loops > 1) throw new LoopExit(error.kind, error.loops - 1)
      return error.kind === 'break' ? undefined : 0
    } finally {
      shell.loops -= 1
    }
  }

  async #case(shell: Shell, { word, items }: Case, last: boolean): Promise<number> {
    const words = new Expander(shell, this)
    const subject = await words.text(word)
    let status = 0
    let through = false
    for (const { pattern, body, terminator } of items) {
      let fits = through
      for (const one of pattern) fits ||= matches(await words.pattern(one), subject)
      if (!fits) continue
      const final = terminator === ';;' || terminator === undefined
      status = await this.list(shell, body.commands, last && final)
      if (final) return status
      through = terminator === ';&'
    }
    return status
  }

  async pendingTraps(shell: Shell): Promise<void> {
    for (let next = shell.traps.take(); next !== undefined; next = shell.traps.take()) {
      const { status } = shell
      await this.text(shell, next[1])
      shell.status = status
    }
  }
}

function endsShell(node: PipelineNode | AndOr): boolean {
  if (node.type === 'Pipeline') return node.prefixes.every(({ type }) => type !== 'Negation')
  return ['Command', 'Subshell', 'TestCommand', 'ArithmeticCommand', 'Redirected'].includes(node.type)
}

function define(shell: Shell, { name, body }: FunctionNode): number {
  shell.functions.set(name.value, { body, source: shell.source, linesBefore: shell.linesBefore })
  return 0
}
