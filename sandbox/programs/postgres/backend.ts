// One client's connection to the server: who it is, and what it asks.
import { pbkdf2Sync, createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { Process, Socket } from '../../node/process.ts'
import { answerCopy, mayCopy } from './copying.ts'
import { copyOnServer } from './copying-files.ts'
import type { Asker, Engine } from './engine.ts'
import type { Log } from './log.ts'
import {
  errorMessage,
  message,
  Messages,
  messagesIn,
  reportOf,
  rowsOf,
  queryMessage,
  statusOf,
  version3,
} from './wire.ts'
import type { Message } from './wire.ts'

/** What a connection needs of its server. */
export interface Host {
  readonly engine: Engine
  /** The role that owns the cluster, to look things up as. */
  readonly owner: Asker
  readonly log: Log
  /** trust, scram-sha-256, ...: for who comes from another address. */
  readonly method: string
  readonly parameters: Readonly<Record<string, string>>
}

class Fatal extends Error {
  readonly code: string
  constructor(code: string, text: string) {
    super(text)
    this.code = code
  }
}

/** A client that asks its user for the password first: nothing is said of it. */
class Left extends Error {}

const sslRequest = 80_877_103
const gssRequest = 80_877_104

/** From its first byte to its last, as a process of its own. */
export async function serveClient(process: Process, socket: Socket, host: Host): Promise<void> {
  const messages = new Messages()
  let asker: Asker | undefined
  try {
    const parameters = await startup(socket, messages)
    if (parameters === undefined) return
    const user = parameters.get('user') ?? ''
    const wanted = { user, database: parameters.get('database') || user }
    const { address } = socket.remote
    process.title([`postgres: ${user} ${wanted.database} ${address}(${socket.remote.port}) idle`])
    const isSuperuser = await admit(socket, messages, host, wanted)
    asker = wanted
    await socket.write(
      Buffer.concat([
        message('R', 0),
        ...Object.entries(host.parameters).map(([name, value]) => message('S', name, value)),
        message('S', 'is_superuser', isSuperuser ? 'on' : 'off'),
        message('S', 'session_authorization', user),
        message('K', process.pid, 0),
        message('Z', Buffer.from('I')),
      ]),
    )
    await serveQueries(process, socket, messages, host, asker)
  } catch (error) {
    if (error instanceof Left) return
    if (!(error instanceof Fatal)) throw error
    await host.log('FATAL', error.message, process.pid)
    await socket.write(errorMessage('FATAL', error.code, error.message)).catch(() => {})
  } finally {
    if (asker !== undefined) await host.engine.leave(asker)
    socket.close()
  }
}

async function startup(socket: Socket, messages: Messages): Promise<ReadonlyMap<string, string> | undefined> {
  let chunk: Uint8Array = new Uint8Array(0)
  for (;;) {
    const first = messages.startup(chunk)
    chunk = new Uint8Array(0)
    if (first === undefined) {
      chunk = await socket.read(65_536)
      if (chunk.length === 0) return undefined
      continue
    }
    const version = first.body.readUInt32BE(0)
    if (version === sslRequest || version === gssRequest) await socket.write(Buffer.from('N'))
    else if (version >> 16 === version3 >> 16) {
      const words = first.body.toString('utf8', 4).split('\0')
      return new Map(words.flatMap((word, at) => (at % 2 === 0 && word !== '' ? [[word, words[at + 1] ?? '']] : [])))
    } else return undefined
  }
}

async function admit(
  socket: Socket,
  messages: Messages,
  { engine, owner, method }: Host,
  asker: Required<Asker>,
): Promise<boolean> {
  const look = async (sql: string, value: string) =>
    rowsOf(await engine.ask(owner, queryMessage(`${sql} '${value.replaceAll("'", "''")}'`)))[0]
  const role = await look('SELECT rolcanlogin, rolpassword, rolsuper FROM pg_authid WHERE rolname =', asker.user)
  const local = socket.remote.address.startsWith('127.') || socket.remote.address === '::1'
  if (!local && method !== 'trust') {
    if (method === 'reject')
      throw new Fatal(
        '28000',
        `pg_hba.conf rejects connection for host "${socket.remote.address}", user "${asker.user}", database "${asker.database}", no encryption`,
      )
    await socket.write(message('R', 3))
    const password = await passwordOf(socket, messages)
    if (role?.[1] === undefined || role[1] === null || !fits(password, role[1]))
      throw new Fatal('28P01', `password authentication failed for user "${asker.user}"`)
  }
  if (role === undefined) throw new Fatal('28000', `role "${asker.user}" does not exist`)
  if (role[0] !== 't') throw new Fatal('28000', `role "${asker.user}" is not permitted to log in`)
  if ((await look('SELECT 1 FROM pg_database WHERE datname =', asker.database)) === undefined)
    throw new Fatal('3D000', `database "${asker.database}" does not exist`)
  return role[2] === 't'
}

async function passwordOf(socket: Socket, messages: Messages): Promise<string> {
  for (;;) {
    const chunk = await socket.read(65_536)
    const [first] = messages.take(chunk)
    if (first !== undefined) return first.body.toString('utf8', 0, Math.max(0, first.body.length - 1))
    if (chunk.length === 0) throw new Left()
  }
}

/** Against "SCRAM-SHA-256$ITERATIONS:SALT$STORED:SERVER", RFC 5803. */
function fits(password: string, verifier: string): boolean {
  const [, iterations = '', salt = '', stored = ''] = /^SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):/.exec(verifier) ?? []
  const expected = Buffer.from(stored, 'base64')
  if (expected.length !== 32) return false
  const salted = pbkdf2Sync(password.normalize('NFKC'), Buffer.from(salt, 'base64'), Number(iterations), 32, 'sha256')
  const key = createHmac('sha256', salted).update('Client Key').digest()
  return timingSafeEqual(createHash('sha256').update(key).digest(), expected)
}

/** These wait for a Sync, or for a Flush, before they are answered. */
const collected = new Set(['P', 'B', 'D', 'E', 'C'])

async function* incoming(socket: Socket, messages: Messages): AsyncGenerator<Message, undefined> {
  for (;;) {
    const chunk = await socket.read(65_536)
    if (chunk.length === 0) return
    yield* messages.take(chunk)
  }
}

async function serveQueries(process: Process, socket: Socket, messages: Messages, host: Host, asker: Asker) {
  const asked = incoming(socket, messages)
  let batch: Buffer[] = []
  let status = 'I'
  for await (const { type, whole, body } of asked) {
    if (type === 'X') return
    batch.push(whole)
    if (collected.has(type)) continue
    const statement = type === 'Q' ? body.toString('utf8', 0, body.length - 1) : undefined
    const ask = (sent: Uint8Array) => host.engine.ask(asker, sent)
    const answer =
      statement !== undefined && mayCopy(statement)
        ? ((await copyOnServer(process, statement, status, ask)) ??
          (await answerCopy(ask, status, whole, socket, asked)))
        : await ask(Buffer.concat(batch))
    if (answer === undefined) return
    batch = []
    status = statusOf(answer) ?? status
    await logErrors(answer, statement, host, process.pid)
    await socket.write(answer)
  }
}

async function logErrors(answer: Uint8Array, statement: string | undefined, { log }: Host, pid: number) {
  for (const each of messagesIn(answer)) {
    if (each.type !== 'E') continue
    const { S: severity = 'ERROR', M: text = '', P: position, D: detail, H: hint } = reportOf(each)
    await log(severity, position === undefined ? text : `${text} at character ${position}`, pid)
    if (detail !== undefined) await log('DETAIL', detail, pid)
    if (hint !== undefined) await log('HINT', hint, pid)
    if (statement !== undefined) await log('STATEMENT', statement, pid)
  }
}
