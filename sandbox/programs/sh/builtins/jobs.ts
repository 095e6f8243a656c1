import { Interrupted, ShellError } from '../control.ts'
import type { Job } from '../jobs.ts'
import { attended } from '../run/pipeline.ts'
import type { Shell } from '../shell.ts'
import { endedBy } from '../signals.ts'
import { type Builtin, options } from './builtin.ts'

export const jobs: Builtin = async (shell, args) => {
  const { has } = options(args, 'lprs')
  for (const job of shell.jobs.all.toReversed()) {
    if (has('p')) await shell.print(`${job.pids[0]}\n`)
    else await shell.print(`${shell.jobs.line(job, shell.flavour, has('l'))}\n`)
    if (job.status !== undefined) shell.jobs.forget(job)
  }
  return 0
}

/** Ends at once when a trapped signal arrives, with 128 and its number. */
export const wait: Builtin = async (shell, args) => {
  if (args.length === 0) {
    for (const job of shell.jobs.all) {
      if (job.stopped) continue
      if ((await shell.traps.interruptible(job.ended)) === undefined) return interrupted(shell)
      job.waited = true
    }
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
    job.waited = true
    status = statuses.at(-1) ?? 0
    const died = endedBy(job.signal)
    if (died !== undefined && !shell.interactive && shell.flavour !== 'bash') await shell.print(`${died}\n`, 2)
  }
  return status
}

function interrupted({ traps }: Shell): number {
  if (traps.interrupted) throw new Interrupted()
  return 128 + (traps.first ?? 0)
}

function jobFor(shell: Shell, spec: string | undefined): Job {
  const job = shell.jobs.find(spec ?? '%%')
  if (job === undefined) throw new ShellError(spec === undefined ? 'No current job' : `${spec}: no such job`)
  return job
}

function controlled(shell: Shell, spec: string | undefined): Job {
  const job = jobFor(shell, spec)
  if (!shell.options.has('monitor')) throw new ShellError(`job ${spec ?? '%%'} not created under job control`)
  return job
}

function goOn(shell: Shell, job: Job): void {
  job.stopped = false
  shell.process.kill(-(job.pids[0] ?? 0), 'SIGCONT')
}

export const fg: Builtin = async (shell, [spec]) => {
  const job = controlled(shell, spec)
  await shell.print(`${job.text}\n`)
  if (job.stopped) goOn(shell, job)
  return attended(shell, job)
}

export const bg: Builtin = async (shell, [spec]) => {
  const job = controlled(shell, spec)
  goOn(shell, job)
  await shell.print(`[${job.number}] ${job.text}\n`)
  return 0
}
