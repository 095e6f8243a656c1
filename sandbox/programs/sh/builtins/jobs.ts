import { ShellError } from '../control.ts'
import type { Job } from '../jobs.ts'
import type { Shell } from '../shell.ts'
import { endedBy } from '../signals.ts'
import { type Builtin, options } from './builtin.ts'

export const jobs: Builtin = async (shell, args) => {
  const { given } = options(args, 'lprs')
  for (const job of shell.jobs.all) {
    if (given.has('p')) await shell.print(`${job.pids[0]}\n`)
    else await shell.print(`${shell.jobs.line(job, given.has('l'))}\n`)
    if (job.status !== undefined) shell.jobs.forget(job)
  }
  return 0
}

/** Ends at once when a trapped signal arrives, with 128 and its number. */
export const wait: Builtin = async (shell, args) => {
  if (args.length === 0) {
    for (const job of shell.jobs.running) {
      if ((await shell.traps.interruptible(job.ended)) === undefined) return interrupted(shell)
    }
    for (const job of shell.jobs.all) if (!shell.interactive) shell.jobs.forget(job)
    return 0
  }
  let status = 0
  for (const spec of args) {
    const job = shell.jobs.find(spec)
    if (job === undefined) {
      if (!/^(?:%.*|\d+)$/.test(spec)) throw new ShellError(`Illegal number: ${spec}`)
      status = 127
      continue
    }
    const statuses = await shell.traps.interruptible(job.ended)
    if (statuses === undefined) return interrupted(shell)
    status = statuses.at(-1) ?? 0
    shell.jobs.forget(job)
  }
  return status
}

const interrupted = ({ traps }: Shell) => 128 + (traps.first ?? 0)

function jobFor(shell: Shell, spec: string | undefined): Job {
  const job = shell.jobs.find(spec ?? '%%')
  if (job === undefined) throw new ShellError(spec === undefined ? 'no current job' : `${spec}: no such job`)
  return job
}

export const fg: Builtin = async (shell, [spec]) => {
  if (!shell.options.has('monitor')) throw new ShellError('job control not enabled')
  const job = jobFor(shell, spec)
  const { process } = shell
  const terminal = process.fds.get(0)?.terminal
  await shell.print(`${job.text}\n`)
  if (terminal !== undefined) terminal.foreground = job.pids[0] ?? process.group
  try {
    const statuses = await job.ended
    shell.jobs.forget(job)
    const died = endedBy(job.signal)
    if (died !== undefined) await shell.print(`${died}\n`, 2)
    return statuses.at(-1) ?? 0
  } finally {
    if (terminal !== undefined) terminal.foreground = process.group
  }
}

export const bg: Builtin = async (shell, [spec]) => {
  if (!shell.options.has('monitor')) throw new ShellError('job control not enabled')
  const job = jobFor(shell, spec)
  shell.process.kill(-(job.pids[0] ?? 0), 'SIGCONT')
  await shell.print(`[${job.number}] ${job.text}\n`)
  return 0
}
