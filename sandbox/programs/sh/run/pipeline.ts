import type { Command, Pipeline, Statement, Word } from 'unbash'
import type { Child, OpenFile, SpawnOptions } from '../../../node/process.ts'
import { Interrupted, ShellError } from '../control.ts'
import type { Job } from '../jobs.ts'
import type { Interpreter } from '../interpreter.ts'
import { endedBy } from '../signals.ts'
import type { Shell } from '../shell.ts'
import { forked } from './fork.ts'

export async function runPipeline(
  shell: Shell,
  interpreter: Interpreter,
  node: Pipeline,
  last: boolean,
): Promise<number> {
  const negated = node.prefixes.filter(({ type }) => type === 'Negation').length % 2 === 1
  const timed = node.prefixes.some(({ type }) => type === 'Time')
  const started = shell.process.clock.now()
  const [only, ...more] = node.commands
  if (negated) shell.tested += 1
  try {
    if (timed && shell.flavour !== 'bash' && only?.type === 'Command')
      return await interpreter.node(shell, program('time', only))
    const status =
      only !== undefined && more.length === 0
        ? await interpreter.node(shell, only, last && node.prefixes.length === 0)
        : await foreground(shell, await connected(shell, interpreter, node), textOf(shell, node))
    if (timed) await shell.print(times(shell.process.clock.now() - started), 2)
    if (!negated) return status
    return status === 0 ? 1 : 0
  } finally {
    if (negated) shell.tested -= 1
  }
}

/** What unbash takes for a keyword is a program to ash. */
function program(name: string, command: Command): Command {
  const { pos, end } = command
  const words = command.name === undefined ? [] : [command.name]
  const { prefix, redirects } = command
  const word: Word = { type: 'Word', text: name, value: name, pos, end: pos }
  return {
    type: 'Command',
    pos,
    end,
    name: word,
    prefix,
    suffix: [...words, ...command.suffix],
    args: [...words, ...command.args],
    redirects,
  }
}

const times = (milliseconds: number) =>
  `\nreal\t${Math.floor(milliseconds / 60_000)}m${((milliseconds % 60_000) / 1000).toFixed(3)}s\nuser\t0m0.000s\nsys\t0m0.000s\n`

export const textOf = (shell: Shell, { pos, end }: { readonly pos: number; readonly end: number }) =>
  shell.source.slice(pos, end)

/** All commands of a pipeline, each in a process of its own. */
async function connected(shell: Shell, interpreter: Interpreter, { commands, operators }: Pipeline): Promise<Child[]> {
  if (operators.includes('|&') && shell.flavour !== 'bash') throw new ShellError('syntax error: unexpected "&"')
  const children: Child[] = []
  let input: OpenFile | undefined
  for (const [index, command] of commands.entries()) {
    const [reader, writer] = index < commands.length - 1 ? shell.process.pipe() : []
    const fds = new Map(shell.process.fds)
    if (input !== undefined) fds.set(0, input)
    if (writer !== undefined) fds.set(1, writer)
    if (writer !== undefined && operators[index] === '|&') fds.set(2, writer)
    try {
      children.push(
        await forked(shell, interpreter, (sub) => interpreter.node(sub, command, true), {
          fds,
          ...groupFor(shell, children),
        }),
      )
    } catch (error) {
      reader?.close()
      throw error
    } finally {
      input?.close()
      writer?.close()
    }
    input = reader
  }
  return children
}

/** With job control every pipeline is a process group, so that ^C reaches it and not the shell. */
export function groupFor(shell: Shell, before: readonly Child[] = []): Pick<SpawnOptions, 'group'> {
  if (!shell.options.has('monitor')) return {}
  return { group: before[0]?.pid ?? 'new' }
}

/** Waits for them as what the terminal belongs to; the status is the last one's. */
export function foreground(shell: Shell, children: readonly Child[], text: string): Promise<number> {
  return attended(shell, shell.jobs.add(children, text))
}

/** A job that has the terminal, until it has ended or ^Z has stopped it. */
export async function attended(shell: Shell, job: Job): Promise<number> {
  const { process, jobs } = shell
  const terminal = shell.options.has('monitor') ? process.fds.get(0)?.terminal : undefined
  const [leader = process.group] = job.pids
  if (terminal !== undefined) terminal.foreground = leader
  try {
    const statuses = await (terminal === undefined ? job.ended : Promise.race([job.ended, stopped(shell, job)]))
    if (statuses === undefined) {
      await shell.print(`${shell.flavour === 'bash' ? '\n' : ''}${jobs.line(job, shell.flavour)}\n`, 2)
      return 148
    }
    jobs.forget(job)
    await tellEnd(shell, job)
    return (shell.options.has('pipefail') ? statuses.findLast((one) => one !== 0) : statuses.at(-1)) ?? 0
  } finally {
    if (terminal !== undefined) terminal.foreground = process.group
  }
}

async function tellEnd(shell: Shell, { signal }: Job): Promise<void> {
  const died = endedBy(signal)
  if (died !== undefined) await shell.print(`${died}\n`, 2)
  if (signal !== interrupt || !shell.options.has('monitor')) return
  // As if ^C had been for the shell too, which then gives up the rest of the line.
  if (shell.traps.actions.has(interrupt)) shell.process.kill(shell.process.pid, 'SIGINT')
  else throw new Interrupted()
}

const interrupt = 2

async function stopped(shell: Shell, job: Job): Promise<undefined> {
  for (;;) {
    const states = shell.process.processes().filter(({ group, state }) => group === job.pids[0] && state !== 'Z')
    job.stopped = states.length > 0 && states.every(({ state }) => state === 'T')
    if (job.stopped) return undefined
    await new Promise<void>((look) => (shell.onChild = look))
  }
}

/** command & */
export async function background(shell: Shell, interpreter: Interpreter, { command }: Statement): Promise<number> {
  const fds = new Map(shell.process.fds)
  const nothing = shell.options.has('monitor') ? undefined : await shell.process.files.open('/dev/null', { read: true })
  if (nothing !== undefined) fds.set(0, nothing)
  const ignoring = !shell.options.has('monitor')
  try {
    const child = await forked(
      shell,
      interpreter,
      (sub) => {
        if (ignoring) for (const signal of ['SIGINT', 'SIGQUIT'] as const) sub.process.on(signal, 'ignore')
        return interpreter.node(sub, command, true)
      },
      { fds, ...groupFor(shell) },
    )
    shell.lastBackground = child.pid
    const named = shell.options.has('monitor') || shell.flavour === 'bash'
    const job = shell.jobs.add([child], named ? textOf(shell, command) : '')
    if (shell.interactive && shell.flavour === 'bash') await shell.print(`[${job.number}] ${child.pid}\n`, 2)
    return 0
  } finally {
    nothing?.close()
  }
}
