import type { Process } from '../process.ts'
import { taskOf } from '../kernel/process.ts'
import { hostPathOf } from './disk.ts'

/** The host's folder behind a directory of the process's container, where that lies on the node's disk: for Postgres, which keeps its data there by itself. */
export function hostFolder(process: Process, path: string): string | undefined {
  const task = taskOf(process)
  return hostPathOf(task.container.mounts.at(path, task.cwd, task).inode)
}
