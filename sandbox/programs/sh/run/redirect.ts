// Redirections: POSIX 2.7. They change the process's own descriptors; what it starts then inherits them.
import type { Redirect, Redirection } from 'unbash'
import { errno } from '../../../node/errno.ts'
import { Errno, type OpenFile, type OpenFlags } from '../../../node/process.ts'
import { RedirectError, ShellError } from '../control.ts'
import { Expander } from '../expand/words.ts'
import type { Shell } from '../shell.ts'
import { forked } from './fork.ts'

/**
 * Does `work` with them and puts everything back, unless `work` says that they are to stay. Where one fails the command is not run, and the shell
 * goes on, unless it is `fatal`.
 */
export async function redirected(
  shell: Shell,
  redirects: readonly Redirection[],
  work: () => Promise<number>,
  fatal = false,
): Promise<number> {
  if (redirects.length === 0) return work()
  const before = new Map<number, OpenFile | undefined>()
  try {
    const failure = await applied(shell, redirects, before)
    if (failure === undefined) return await work()
    if (fatal) throw failure
    await shell.tell(failure)
    return failure.status
  } finally {
    for (const [fd, file] of before) {
      if (shell.keepRedirections) file?.close()
      else put(shell, fd, file)
    }
    shell.keepRedirections = false
  }
}

function put(shell: Shell, fd: number, file: OpenFile | undefined): void {
  const { fds } = shell.process
  const old = fds.get(fd)
  if (file === undefined) fds.delete(fd)
  else fds.set(fd, file)
  if (old !== file) old?.close()
}

async function applied(
  shell: Shell,
  redirects: readonly Redirection[],
  before: Map<number, OpenFile | undefined>,
): Promise<RedirectError | undefined> {
  const { fds } = shell.process
  try {
    for (const redirect of redirects) {
      const file = await opened(shell, redirect)
      const given = redirect.descriptor?.type === 'FileDescriptor' ? redirect.descriptor.value : undefined
      const first = given ?? (redirect.operator.startsWith('<') ? 0 : 1)
      const named = redirect.operator === '>&' && given === undefined && !isNumber(redirect.target?.value ?? '-')
      for (const fd of named || redirect.operator.startsWith('&>') ? [1, 2] : [first]) {
        if (before.has(fd)) put(shell, fd, undefined)
        else before.set(fd, fds.get(fd))
        if (file === 'closed') fds.delete(fd)
        else fds.set(fd, fd === first ? file : shell.process.duplicate(file))
      }
    }
    return undefined
  } catch (error) {
    if (error instanceof RedirectError) return error
    throw error
  }
}

/** Of a descriptor, or none. */
const isNumber = (target: string) => /^(?:\d+|-)$/.test(target)

async function opened(shell: Shell, redirect: Redirection): Promise<OpenFile | 'closed'> {
  const words = new Expander(shell)
  if (redirect.type === 'HereDoc') return document(shell, await words.hereDocument(redirect))
  if (redirect.target === undefined) throw new ShellError('syntax error: unexpected newline')
  if (redirect.type === 'HereString' && shell.flavour !== 'bash')
    throw new ShellError('syntax error: unexpected redirection')
  const target = await words.text(redirect.target)
  if (redirect.type === 'HereString') return document(shell, `${target}\n`)
  if (redirect.operator !== '>&' && redirect.operator !== '<&') return openPath(shell, redirect, target)
  if (target === '-') return 'closed'
  if (!/^\d+$/.test(target)) {
    if (redirect.operator === '>&' && redirect.descriptor === undefined) return openPath(shell, redirect, target)
    throw new ShellError('syntax error: bad fd number')
  }
  const file = shell.process.fds.get(Number(target))
  if (file === undefined) throw new RedirectError(`${target}: ${errno('EBADF').message}`, redirectStatus(shell))
  return shell.process.duplicate(file)
}

// dash tells a redirection's failure with 2, the others with 1.
const redirectStatus = ({ flavour }: Shell) => (flavour === 'dash' ? 2 : 1)

const creating: OpenFlags = { write: true, create: true }

const flags: Readonly<Record<Redirect['operator'], OpenFlags>> = {
  '<': { read: true },
  '<&': { read: true },
  '<>': { read: true, ...creating },
  '>>': { ...creating, append: true },
  '&>>': { ...creating, append: true },
  '>': { ...creating, truncate: true },
  '>&': { ...creating, truncate: true },
  '&>': { ...creating, truncate: true },
  '>|': { ...creating, truncate: true },
}

async function openPath(shell: Shell, { operator }: Redirect, path: string): Promise<OpenFile> {
  const { truncate = false, ...others } = flags[operator]
  const exclusive = truncate && operator !== '>|' && shell.options.has('noclobber')
  try {
    return await shell.process.files.open(path, { ...others, truncate: truncate && !exclusive, exclusive })
  } catch (error) {
    if (!(error instanceof Errno)) throw error
    throw new RedirectError(openError(path, others.create === true, error), redirectStatus(shell))
  }
}

function openError(path: string, creates: boolean, { code, message }: Errno): string {
  if (code !== 'ENOENT' && code !== 'ENOTDIR') return `can't ${creates ? 'create' : 'open'} ${path}: ${message}`
  return creates ? `can't create ${path}: nonexistent directory` : `can't open ${path}: no such file`
}

/** What a pipe takes without a reader. */
const pipeSize = 65_536

async function document(shell: Shell, text: string): Promise<OpenFile> {
  const bytes = new TextEncoder().encode(text)
  const [reader, writer] = shell.process.pipe()
  if (bytes.length <= pipeSize) await writer.write(bytes)
  else {
    const work = async ({ process }: Shell) => {
      await process.fds.get(1)?.write(bytes)
      return 0
    }
    await forked(shell, work, { fds: new Map([[1, writer]]) })
  }
  writer.close()
  return reader
}
