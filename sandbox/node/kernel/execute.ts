import { errno } from '../errno.ts'
import { type Credentials, may } from '../fs/credentials.ts'
import type { Program } from '../process.ts'
import { Errno } from '../process.ts'
import type { Position } from '../fs/mounts.ts'
import type { Container } from './task.ts'

/** For whom a program is looked up: a task, or one that is still to come. */
interface Seeker {
  readonly container: Container
  readonly here: Position
  readonly credentials: Credentials
  readonly pid: number
}

export interface Loaded {
  readonly program: Program
  readonly argv: readonly string[]
  /** /proc/PID/exe */
  readonly exe: string
}

const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** execvp(3): a path, or a name that is looked for on PATH. */
export function load(task: Seeker, argv: readonly string[], path: string | undefined): Loaded {
  const [name = ''] = argv
  if (name.includes('/')) return execve(task, name, argv, 0)
  if (name === '') throw errno('ENOENT')
  let failure = errno('ENOENT')
  for (const folder of (path ?? defaultPath).split(':')) {
    try {
      return execve(task, `${folder === '' ? '.' : folder}/${name}`, argv, 0)
    } catch (error) {
      if (!(error instanceof Errno)) throw error
      if (error.code === 'EACCES') failure = error
      else if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error
    }
  }
  throw failure
}

/** execve(2): a program of the image, or a script and its interpreter. */
function execve(task: Seeker, path: string, argv: readonly string[], depth: number): Loaded {
  const { inode, path: exe } = task.container.mounts.at(path, task.here, task)
  if (inode.type !== 'file' || !may(task.credentials, 'execute', inode.stat())) throw errno('EACCES')
  if (inode.program !== undefined) return { program: inode.program, argv, exe }
  const head = Buffer.from(inode.read(0, 256)).toString('latin1')
  if (!head.startsWith('#!') || depth > 4) throw errno(depth > 4 ? 'ELOOP' : 'ENOEXEC')
  const [line = ''] = head.slice(2).split('\n')
  const { interpreter = '', argument } =
    /^[ \t]*(?<interpreter>[^ \t]*)[ \t]*(?<argument>.*?)[ \t]*$/.exec(line)?.groups ?? {}
  if (interpreter === '') throw errno('ENOEXEC')
  const given = argument === undefined || argument === '' ? [] : [argument]
  return execve(task, interpreter, [interpreter, ...given, path, ...argv.slice(1)], depth + 1)
}
