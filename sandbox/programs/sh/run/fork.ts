import { type Child, Errno, type Process, type SpawnOptions } from '../../../node/process.ts'
import { Exit, LoopExit, Return, ShellError } from '../control.ts'
import type { Interpreter } from '../interpreter.ts'
import { Jobs } from '../jobs.ts'
import { Shell } from '../shell.ts'

/** A subshell: knows what its parent knew when it was forked. */
export async function forked(
  parent: Shell,
  interpreter: Interpreter,
  work: (shell: Shell) => Promise<number>,
  options: SpawnOptions = {},
): Promise<Child> {
  const shell = new Shell(parent.process, parent.flavour, new Jobs(), parent)
  const body = (process: Process) => {
    shell.process = process
    shell.traps.attach(process, parent.traps)
    return finished(shell, interpreter, () => work(shell))
  }
  return mayNotFork(() => parent.process.fork(body, options))
}

/** Whether what comes last may be done in the shell's own process. */
export const mayRunInPlace = ({ traps }: Shell) => !traps.any

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
export async function finished(shell: Shell, interpreter: Interpreter, work: () => Promise<number>): Promise<number> {
  let status = await statusOf(shell, work)
  const action = shell.traps.actions.get(0)
  if (action !== undefined && action !== '') {
    shell.traps.actions.delete(0)
    shell.status = status
    status = await statusOf(shell, async () => {
      await interpreter.text(shell, action)
      return status
    })
  }
  return status
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
