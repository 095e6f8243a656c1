import type { AndOr, Command, Pipeline, PipelineNode, Word } from 'unbash'
import type { Child, OpenFile, SpawnOptions } from '../../../node/process.ts'
import { Interrupted, ShellError } from '../control.ts'
import type { Job } from '../jobs.ts'
import type { Shell } from '../shell.ts'
import { endedBy } from '../signals.ts'
import { forked } from './fork.ts'

export async function runPipeline(shell: Shell, node: Pipeline, last: boolean): Promise<number> {
  const { commands, prefixes, pos, end } = node
  const timed = prefixes.some(({ type }) => type === 'Time')
  const negated = prefixes.filter(({ type }) => type === 'Negation').length % 2 === 1
  const [only] = commands
  if (timed && shell.flavour !== 'bash' && only?.type === 'Command') return shell.run.node(program('time', only))
  const started = shell.process.clock.now()
  const work = async () =>
    only !== undefined && commands.length === 1
      ? shell.run.node(only, last && prefixes.length === 0)
      : foreground(shell, await connected(shell, node), shell.source.slice(pos, end))
  const status = await (negated ? shell.toBeTested(work) : work())
  if (timed) await shell.print(times(shell.process.clock.now() - started), 2)
  if (!negated) return status
  return status === 0 ? 1 : 0
}

/** What unbash takes for a keyword is a program to ash. */
function program(text: string, command: Command): Command {
  const { pos, end, name, prefix, redirects } = command
  const word: Word = { type: 'Word', text, value: text, pos, end: pos }
  const words = name === undefined ? [] : [name]
  const args = [...words, ...command.args]
  return { type: 'Command', pos, end, name: word, prefix, redirects, suffix: [...words, ...command.suffix], args }
}

const times = (milliseconds: number) =>
  `\nreal\t${Math.floor(milliseconds / 60_000)}m${((milliseconds % 60_000) / 1000).toFixed(3)}s\nuser\t0m0.000s\nsys\t0m0.000s\n`

interface Connected {
  readonly commands: readonly (PipelineNode | AndOr)[]
  readonly operators: Pipeline['operators']
}

/** All commands of a pipeline, each in a process of its own, `behind`: in the background, after this. */
async function connected(
  shell: Shell,
  { commands, operators }: Connected,
  stdin?: OpenFile,
  behind?: (sub: Shell) => void,
): Promise<Child[]> {
  if (operators.includes('|&') && shell.flavour !== 'bash') throw new ShellError('syntax error: unexpected "&"')
  const children: Child[] = []
  let input = stdin
  for (const [index, command] of commands.entries()) {
    const [reader, writer] = index < commands.length - 1 ? shell.process.pipe() : []
    const fds = new Map(shell.process.fds)
    if (input !== undefined) fds.set(0, input)
    if (writer !== undefined) fds.set(1, writer)
    if (writer !== undefined && operators[index] === '|&') fds.set(2, writer)
    const work = (sub: Shell) => {
      behind?.(sub)
      return sub.run.node(command, true)
    }
    try {
      children.push(
        await forked(shell, work, {
          fds,
          ...groupFor(shell, children[0]?.pid ?? (behind === undefined ? undefined : 'new')),
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

/** With job control every job is a process group, so that ^C reaches it and not the shell. */
export const groupFor = (
  { options, terminal }: Shell,
  group: SpawnOptions['group'] & {} = terminal === undefined ? 'new' : 'foreground',
): SpawnOptions => (options.has('monitor') ? { group } : {})

/** In a process of its own, which is waited for. */
export async function aside(shell: Shell, work: (sub: Shell) => Promise<number>, text: string): Promise<number> {
  return foreground(shell, [await forked(shell, work, groupFor(shell))], text)
}

/** Waits for them as what the terminal belongs to; the status is the last one's. */
export function foreground(shell: Shell, children: readonly Child[], text: string): Promise<number> {
  return attended(shell, shell.jobs.add(children, text))
}

/** A job that has the terminal, until it has ended or ^Z has stopped it. */
export async function attended(shell: Shell, job: Job): Promise<number> {
  const { process, jobs, terminal } = shell
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
export async function background(shell: Shell, command: PipelineNode | AndOr): Promise<number> {
  const { options, flavour, jobs, source, process } = shell
  const controlled = options.has('monitor')
  // $! is the last of several, and each of them may be ended alone.
  const several = command.type === 'Pipeline' && command.prefixes.length === 0
  const children = await connected(
    shell,
    several ? command : { commands: [command], operators: [] },
    controlled ? undefined : await process.files.open('/dev/null', { read: true }),
    (sub) => {
      if (!controlled) for (const signal of ['SIGINT', 'SIGQUIT'] as const) sub.process.on(signal, 'ignore')
    },
  )
  const pid = children.at(-1)?.pid
  shell.lastBackground = pid
  const job = jobs.add(children, controlled || flavour === 'bash' ? source.slice(command.pos, command.end) : '')
  if (shell.interactive && flavour === 'bash') await shell.print(`[${job.number}] ${pid}\n`, 2)
  return 0
}
