// The client's side of the protocol, as psql and pg_isready need it of libpq.
import { Errno } from '../../node/process.ts'
import type { Process, Socket } from '../../node/process.ts'
import { message, Messages, queryMessage, reportOf, startupMessage } from './wire.ts'
import type { Message } from './wire.ts'

export interface Target {
  readonly user: string
  readonly database: string
  readonly password: string | undefined
  /** A folder with the socket in it, or a host; "" is the folder that PostgreSQL is built with. */
  readonly host: string
  readonly port: number
}

export class NoConnection extends Error {}
/** The server wants a password, and there is none. */
export class NoPassword extends NoConnection {}

export class Client {
  readonly #socket: Socket
  readonly #messages: Messages
  readonly parameters = new Map<string, string>()
  /** I, T or E. */
  status = 'I'

  constructor(socket: Socket, messages: Messages) {
    this.#socket = socket
    this.#messages = messages
  }

  /** Every message of the answer, as it comes. */
  async query(sql: string, take: (message: Message) => Promise<void> | void): Promise<void> {
    await this.#socket.write(queryMessage(sql))
    await this.answers(take)
  }

  async answers(take: (message: Message) => Promise<void> | void): Promise<void> {
    for (;;) {
      const chunk = await this.#socket.read(65_536)
      if (chunk.length === 0) throw new NoConnection('server closed the connection unexpectedly')
      for (const each of this.#messages.take(chunk)) {
        if (each.type === 'Z') {
          this.status = each.body.toString()
          return
        }
        if (each.type === 'S') {
          const [name = '', value = ''] = each.body.toString().split('\0')
          this.parameters.set(name, value)
        }
        await take(each)
      }
    }
  }

  send(bytes: Uint8Array): Promise<void> {
    return this.#socket.write(bytes)
  }

  close(): void {
    this.#socket.close()
  }
}

const defaultFolder = '/var/run/postgresql'

export const socketOf = ({ host, port }: Pick<Target, 'host' | 'port'>) =>
  host === '' || host.startsWith('/') ? `${host || defaultFolder}/.s.PGSQL.${port}` : undefined

/** Rejects with NoConnection, in libpq's words. */
export async function connect(process: Process, target: Target): Promise<Client> {
  const { socket, where } = await reach(process, target)
  const client = new Client(socket, new Messages())
  const { user, database, password } = target
  await client.send(startupMessage({ user, database, application_name: 'psql', client_encoding: 'UTF8' }))
  try {
    await client.answers(async ({ type, body, ...rest }) => {
      if (type === 'E') {
        const { S: severity = '', M: text = '' } = reportOf({ type, body, ...rest })
        throw new NoConnection(`${where} failed: ${severity}:  ${text}`)
      }
      if (type !== 'R' || body.readUInt32BE(0) === 0) return
      if (body.readUInt32BE(0) !== 3) throw new NoConnection(`${where} failed: authentication method not supported`)
      if (password === undefined) throw new NoPassword(`${where} failed: fe_sendauth: no password supplied`)
      await client.send(message('p', password))
    })
  } catch (error) {
    client.close()
    throw error
  }
  return client
}

async function reach({ files, net }: Process, target: Target): Promise<{ socket: Socket; where: string }> {
  const { host, port } = target
  const path = socketOf(target)
  const refused = (where: string, error: Errno) =>
    new NoConnection(
      `${where} failed: ${error.message}\n\tIs the server running ${path === undefined ? 'on that host and accepting TCP/IP connections' : 'locally and accepting connections on that socket'}?`,
    )
  const at = async (where: string, address: string) => {
    try {
      return { socket: await net.connect(address, port), where }
    } catch (error) {
      throw error instanceof Errno ? refused(where, error) : error
    }
  }
  if (path !== undefined) {
    const where = `connection to server on socket "${path}"`
    await files.stat(path).catch((error: Errno) => {
      throw refused(where, error)
    })
    return at(where, '127.0.0.1')
  }
  if (/^[\d.]+$/.test(host)) return at(`connection to server at "${host}", port ${port}`, host)
  const addresses = await net.lookup(host)
  // The Pods' network has no IPv6, and localhost has it everywhere.
  const failures =
    host === 'localhost'
      ? [
          refused(
            `connection to server at "localhost" (::1), port ${port}`,
            new Errno('ECONNREFUSED', 'Connection refused'),
          ).message,
        ]
      : []
  for (const address of addresses.filter((each) => !each.includes(':'))) {
    try {
      return await at(`connection to server at "${host}" (${address}), port ${port}`, address)
    } catch (error) {
      if (!(error instanceof NoConnection)) throw error
      failures.push(error.message)
    }
  }
  throw new NoConnection(
    addresses.length > 0
      ? failures.join('\n')
      : `could not translate host name "${host}" to address: Name or service not known`,
  )
}
