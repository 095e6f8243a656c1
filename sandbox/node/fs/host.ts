import type { Process } from '../process.ts'
import { TaskProcess } from '../kernel/process.ts'
import { errno } from '../errno.ts'
import type { Inode } from './inode.ts'

/** What is at a path of the process's container: for Postgres, which keeps its data on the host by itself. */
export function inodeAt(process: Process, path: string): Inode {
  if (!(process instanceof TaskProcess)) throw errno('ESRCH')
  return process.container.mounts.at(path, process.here, process).inode
}
