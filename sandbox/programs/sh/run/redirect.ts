// Redirections: POSIX 2.7. They change the process's own descriptors; what it starts then inherits them.
import type { Redirect, Redirection } from 'unbash'
import { errno } from '../../../node/errno.ts'
import { Errno, type OpenFile, type OpenFlags } from '../../../node/process.ts'
import { RedirectError, ShellError } from '../control.ts'
import { Expander } from '../expand/words.ts'
import type { Interpreter } from '../interpreter.ts'
import type { Shell } from '../shell.ts'
import { forked } from './fork.ts'

/** Does `work` with them and puts everything back, unless `work` says that they are to stay. */
export async function redirected(
  shell: Shell,
  interpreter: Interpreter,
  redirects: readonly Redirection[],
  work: () => Promise<number>,
): Promise<number> {
  if (redirects.length === 0) return work()
  const before = new Map<number, OpenFile | undefined>()
  try {
    for (const redirect of redirects) await apply(shell, interpreter, redirect, before)
    return await work()
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

async function apply(
  shell: Shell,
  interpreter: Interpreter,
  redirect: Redirection,
  before: Map<number, OpenFile | undefined>,
): Promise<void> {
  const { fds } = shell.process
  const file = await opened(shell, interpreter, redirect)
  const reads = redirect.operator.startsWith('<')
  const given = redirect.descriptor?.type === 'FileDescriptor' ? redirect.descriptor.value : undefined
  const first = given ?? (reads ? 0 : 1)
  const named = redirect.operator === '>&' && given === undefined && !/^(?:\d+|-)$/.test(redirect.target?.value ?? '-')
  const both = named || redirect.operator.startsWith('&>')
  for (const fd of both ? [1, 2] : [first]) {
    if (before.has(fd)) put(shell, fd, undefined)
    else before.set(fd, fds.get(fd))
    if (file === 'closed') fds.delete(fd)
    else fds.set(fd, fd === first ? file : shell.process.duplicate(file))
  }
}

async function opened(shell: Shell, interpreter: Interpreter, redirect: Redirection): Promise<OpenFile | 'closed'> {
  const words = new Expander(shell, interpreter)
  if (redirect.type === 'HereDoc') return document(shell, interpreter, await words.hereDocument(redirect))
  if (redirect.target === undefined) throw new ShellError('syntax error: unexpected newline')
  if (redirect.type === 'HereString' && shell.flavour !== 'bash')
    throw new ShellError('syntax error: unexpected redirection')
  const target = await words.text(redirect.target)
  if (redirect.type === 'HereString') return document(shell, interpreter, `${target}\n`)
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

function flagsOf(operator: Redirect['operator'], noclobber: boolean): OpenFlags {
  switch (operator) {
    case '<':
    case '<&':
      return { read: true }
    case '<>':
      return { read: true, write: true, create: true }
    case '>>':
    case '&>>':
      return { write: true, create: true, append: true }
    case '>':
    case '>&':
    case '&>':
      return { write: true, create: true, ...(noclobber ? { exclusive: true } : { truncate: true }) }
    case '>|':
      return { write: true, create: true, truncate: true }
  }
}

async function openPath(shell: Shell, { operator }: Redirect, path: string): Promise<OpenFile> {
  const flags = flagsOf(operator, shell.options.has('noclobber'))
  try {
    return await shell.process.files.open(path, flags)
  } catch (error) {
    if (!(error instanceof Errno)) throw error
    throw new RedirectError(openError(path, flags.create === true, error), redirectStatus(shell))
  }
}

function openError(path: string, creates: boolean, { code, message }: Errno): string {
  if (code !== 'ENOENT' && code !== 'ENOTDIR') return `can't ${creates ? 'create' : 'open'} ${path}: ${message}`
  return creates ? `can't create ${path}: nonexistent directory` : `can't open ${path}: no such file`
}

/** What a pipe takes without a reader. */
const pipeSize = 65_536

async function document(shell: Shell, interpreter: Interpreter, text: string): Promise<OpenFile> {
  const bytes = new TextEncoder().encode(text)
  const [reader, writer] = shell.process.pipe()
  if (bytes.length <= pipeSize) await writer.write(bytes)
  else {
    await forked(
      shell,
      interpreter,
      async ({ process }) => {
        await process.fds.get(1)?.write(bytes)
        return 0
      },
      { fds: new Map([[1, writer]]) },
    )
  }
  writer.close()
  return reader
}
