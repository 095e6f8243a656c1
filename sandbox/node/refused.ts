import { StartError } from '../contracts.ts'
import { Errno } from './process.ts'

/** A program that is there, and no program: runc has started it by then, and it ends at once. */
export const notExecutable = (error: unknown): boolean => error instanceof Errno && error.code === 'ENOEXEC'

/** runc's words, which are Go's os/exec. */
export function startError(name: string, error: unknown): StartError {
  if (!(error instanceof Errno)) return new StartError(128, error instanceof Error ? error.message : String(error))
  const words = error.message.charAt(0).toLowerCase() + error.message.slice(1)
  const quoted = JSON.stringify(name)
  if (error.code === 'ENOENT' && !name.includes('/'))
    return new StartError(127, `exec: ${quoted}: executable file not found in $PATH: unknown`)
  if (error.code === 'EACCES') return new StartError(126, `exec: ${quoted}: permission denied: unknown`)
  return new StartError(error.code === 'ENOENT' ? 127 : 128, `exec: ${quoted}: stat ${name}: ${words}: unknown`)
}
