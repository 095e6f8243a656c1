// HTTPS on 127.0.0.1: who may ask, how much and for how long. What is answered is its caller's.
import { ServerResponse } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { Refusal } from '../refusal.ts'
import { certificates } from './certificates.ts'
import { guard } from './guard.ts'
import { sendStatus } from './status.ts'

interface Answers {
  readonly token: string
  readonly port?: number | undefined
  readonly now: number
  readonly answer: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>
  /** May throw a Refusal as long as nothing was sent. */
  readonly upgrade: (request: IncomingMessage, socket: Socket, head: Buffer) => void | Promise<void>
}

export interface Listening {
  readonly url: string
  /** PEM. */
  readonly certificateAuthority: string
  readonly close: () => Promise<void>
}

/** Streams that are open at once. */
const mostStreams = 1000

export async function listen({ token, port, now, answer, upgrade }: Answers): Promise<Listening> {
  const { authority, certificate, key } = certificates(now)
  const server = createServer({
    key,
    cert: certificate,
    // Go's client sends on a connection that it has kept for up to 90 s.
    keepAliveTimeout: 120_000,
    headersTimeout: 10_000,
    requestTimeout: 30_000,
    handshakeTimeout: 10_000,
    connectionsCheckingInterval: 5000,
  })
  server.maxConnections = 4000
  let host = ''
  const check = guard(token, () => host)
  const open = new Set<Socket>()
  let streams = 0

  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    quietly(request, response)
    void guarded(request.socket, response, () => {
      check(request)
      return answer(request, response)
    })
  })
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    quietly(request, socket)
    void guarded(
      socket,
      () => responseOn(request, socket),
      () => {
        check(request)
        if (streams >= mostStreams) throw tooMany()
        streams += 1
        socket.once('close', () => (streams -= 1))
        return upgrade(request, socket, head)
      },
    )
  })

  await new Promise<void>((done, fail) => {
    server.once('error', fail)
    server.listen(port ?? 0, '127.0.0.1', done)
  })
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const close = () =>
    new Promise<void>((done) => {
      server.close(() => done())
      for (const socket of open) socket.destroy()
    })
  return { url: `https://${host}`, certificateAuthority: authority, close }
}

const tooMany = () =>
  new Refusal(429, 'TooManyRequests', 'Too many requests, please try again later.', { retryAfterSeconds: 1 })

/** Whatever goes wrong is answered, and ends nothing but this request. */
async function guarded(
  socket: Socket,
  response: ServerResponse | (() => ServerResponse),
  work: () => void | Promise<void>,
) {
  try {
    await work()
  } catch (error) {
    try {
      const answer = typeof response === 'function' ? response() : response
      if (answer.headersSent) answer.destroy()
      else sendStatus(answer, error)
      // What else it sends is let go, that it may come to read the answer.
      answer.req.resume()
    } catch {
      // An upgrade behind a request that is not answered yet: there is no answering it.
      socket.destroy()
    }
  }
}

/** Errors of a connection are its end, which is looked at anyway. */
function quietly(...streams: readonly (IncomingMessage | ServerResponse | Socket)[]): void {
  for (const stream of streams) stream.on('error', () => {})
}

/** An ordinary answer to a request that wanted to become something else. */
function responseOn(request: IncomingMessage, socket: Socket): ServerResponse {
  const response = new ServerResponse(request)
  response.shouldKeepAlive = false
  quietly(response)
  response.assignSocket(socket)
  response.once('finish', () => socket.end())
  return response
}
