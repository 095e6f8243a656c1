import { Errno, Killed, OutOfMemory, type Process, type Program } from '../process.ts'
import type { Task } from './task.ts'

/** Runs a program as the task, to the task's end. */
export function run(task: Task & Process, program: Program): void {
  void toEnd(task, program).then(
    (code) => task.end({ code: code & 255, signal: 0 }),
    (reason: unknown) => {
      if (reason instanceof OutOfMemory) task.container.outOfMemory = true
      task.end({ code: 137, signal: 9 })
    },
  )
}

/** Its exit code. Rejects with Killed only. */
export async function toEnd(task: Task & Process, program: Program): Promise<number> {
  try {
    return await program(task)
  } catch (error) {
    if (error instanceof Killed) throw error
    await complain(task, error)
    if (error instanceof Errno) return 1
    // What a program of another language would die of: a stack that is used up, a fault.
    task.end({ code: 139, signal: 11 })
    throw task.ending.reason as Error
  }
}

async function complain(task: Task, error: unknown): Promise<void> {
  const words = error instanceof Errno ? error.message : 'Segmentation fault'
  const detail = error instanceof Error && !(error instanceof Errno) ? ` (${error.message})` : ''
  const stderr = task.fds.get(2)
  await stderr?.write(Buffer.from(`${task.comm}: ${words}${detail}\n`)).catch(() => {})
}
