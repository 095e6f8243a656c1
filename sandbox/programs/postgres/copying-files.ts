// COPY with a file or a program of the server's container: the engine, which sees neither, copies with a client instead.
import { Errno, type Process } from '../../node/process.ts'
import { type CopyForm, copyForm, withClient } from './copy-form.ts'
import { errorMessage, message, messagesIn, queryMessage, rowsOf } from './wire.ts'

/** What may be copied at once: it is held in memory. */
export const longest = 32 << 20

type Ask = (message: Uint8Array) => Promise<Uint8Array>

class Failed extends Error {
  readonly code: string
  readonly more: readonly string[]
  constructor(code: string, text: string, ...more: readonly string[]) {
    super(text)
    this.code = code
    this.more = more
  }
}

/** Undefined where a statement is none of these, or is none that this user may run: the engine has the words for that. */
export async function copyOnServer(
  process: Process,
  statement: string,
  status: string,
  ask: Ask,
): Promise<Uint8Array | undefined> {
  const form = copyForm(/^\s*copy\s+([^]*?);?\s*$/i.exec(statement)?.[1] ?? '')
  if (form?.quoted !== true || status === 'E' || !(form.program || form.target.startsWith('/'))) return undefined
  const role = form.program ? 'pg_execute_server_program' : `pg_${form.from ? 'read' : 'write'}_server_files`
  if (rowsOf(await ask(queryMessage(`SELECT pg_has_role('${role}', 'usage')`)))[0]?.[0] !== 't') return undefined
  try {
    const given = form.from ? [message('d', await contentOf(process, form)), message('c')] : []
    const answer = messagesIn(await ask(Buffer.concat([queryMessage(withClient(form)), ...given])))
    if (!form.from && answer.some(({ type }) => type === 'C'))
      await put(process, form, Buffer.concat(answer.flatMap(({ type, body }) => (type === 'd' ? [body] : []))))
    return Buffer.concat(answer.flatMap(({ type, whole }) => ('GHdc'.includes(type) ? [] : [whole])))
  } catch (error) {
    if (!(error instanceof Failed)) throw error
    // Fails in the engine, too, so that a transaction does.
    const state = messagesIn(await ask(queryMessage('DO $$BEGIN RAISE; END$$'))).filter(({ type }) => type === 'Z')
    return Buffer.concat([
      errorMessage('ERROR', error.code, error.message, ...error.more),
      ...state.map(({ whole }) => whole),
    ])
  }
}

async function contentOf(process: Process, form: CopyForm): Promise<Uint8Array> {
  const { target, program } = form
  if (program) {
    const [reader, writer] = process.pipe()
    const child = await run(process, target, 1, writer)
    const parts: Uint8Array[] = []
    let size = 0
    for (let part = await reader.read(65_536); part.length > 0 && size <= longest; part = await reader.read(65_536)) {
      parts.push(part)
      size += part.length
    }
    reader.close()
    await ended(child, target)
    return Buffer.concat(parts)
  }
  const { type, size } = await process.files.stat(target).catch(refused(form))
  if (type === 'directory') throw new Failed('42809', `"${target}" is a directory`)
  if (size > longest) throw new Failed('53200', 'out of memory')
  return process.files.read(target).catch(refused(form))
}

async function put(process: Process, form: CopyForm, data: Uint8Array): Promise<void> {
  const { target, program } = form
  if (!program)
    return process.files
      .write(target, data, { write: true, create: true, truncate: true, mode: 0o644 })
      .catch(refused(form))
  const [reader, writer] = process.pipe()
  const child = await run(process, target, 0, reader)
  await writer.write(data).catch(() => {})
  writer.close()
  await ended(child, target)
}

async function run(process: Process, command: string, fd: number, end: ReturnType<Process['pipe']>[number]) {
  const child = await process.spawn(['sh', '-c', command], { fds: new Map(process.fds).set(fd, end) })
  end.close()
  return child
}

async function ended(child: { wait(): Promise<number> }, command: string): Promise<void> {
  const code = await child.wait()
  if (code !== 0)
    throw new Failed(
      '38000',
      `program "${command}" failed`,
      `D${code === 127 ? 'command not found' : `child process exited with exit code ${code}`}`,
    )
}

const refused =
  ({ target, from }: CopyForm) =>
  (error: unknown): never => {
    if (!(error instanceof Errno)) throw error
    const [way, doing, verb] = from ? ['FROM', 'reading', 'read'] : ['TO', 'writing', 'write']
    throw new Failed(
      error.code === 'ENOENT' ? '58P01' : '42501',
      `could not open file "${target}" for ${doing}: ${error.message}`,
      ...(error.code === 'EISDIR'
        ? []
        : [
            `HCOPY ${way} instructs the PostgreSQL server process to ${verb} a file. You may want a client-side facility such as psql's \\copy.`,
          ]),
    )
  }
