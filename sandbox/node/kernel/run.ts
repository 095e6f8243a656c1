import { Errno, Killed, type Program } from '../process.ts'
import { TaskProcess } from './process.ts'
import type { Task } from './task.ts'

/** Runs a program as the task, to the task's end. */
export function run(task: Task, program: Program): void {
  void program(new TaskProcess(task)).then(
    (code) => task.end({ code: code & 255, signal: 0 }),
    async (error: unknown) => {
      if (error instanceof Killed) return task.end({ code: 137, signal: 9 })
      await complain(task, error)
      // What a program of another language would die of: a stack that is used up, a fault.
      if (!(error instanceof Errno)) return task.end({ code: 139, signal: 11 })
      task.end({ code: 1, signal: 0 })
    },
  )
}

async function complain(task: Task, error: unknown): Promise<void> {
  const words = error instanceof Errno ? error.message : 'Segmentation fault'
  const detail = error instanceof Error && !(error instanceof Errno) ? ` (${error.message})` : ''
  const stderr = task.fds.get(2)
  await stderr?.write(Buffer.from(`${task.comm}: ${words}${detail}\n`)).catch(() => {})
}
