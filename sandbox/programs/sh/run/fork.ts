import { type Child, Errno, type Process, type SpawnOptions } from '../../../node/process.ts'
import { Exit, LoopExit, Return, ShellError } from '../control.ts'
import type { Shell } from '../shell.ts'

/** A subshell: knows what its parent knew when it was forked. */
export async function forked(
  parent: Shell,
  work: (shell: Shell) => Promise<number>,
  options: SpawnOptions = {},
): Promise<Child> {
  const shell = parent.copy()
  const body = (process: Process) => {
    shell.process = process
    shell.traps.attach(process, parent.traps)
    return finished(shell, work)
  }
  return mayNotFork(() => parent.process.fork(body, options))
}

/** EAGAIN ends a shell, as in ash. */
export async function mayNotFork(fork: () => Promise<Child>): Promise<Child> {
  try {
    return await fork()
  } catch (error) {
    if (error instanceof Errno && error.code === 'EAGAIN') throw new ShellError(`can't fork: ${error.message}`)
    throw error
  }
}

/** Runs it to the exit code of a process, with the trap for EXIT at the end. */
export async function finished(shell: Shell, work: (shell: Shell) => Promise<number>): Promise<number> {
  const status = await statusOf(shell, () => work(shell))
  const action = shell.traps.actions.get(0) ?? ''
  shell.traps.actions.delete(0)
  if (action === '') return status
  shell.status = status
  return statusOf(shell, () => shell.run.text(action).then(() => status))
}

async function statusOf(shell: Shell, work: () => Promise<number>): Promise<number> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Exit || error instanceof Return) return error.status
    if (error instanceof LoopExit) return 0
    if (!(error instanceof ShellError)) throw error
    await shell.tell(error)
    return error.status
  }
}
