import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { WebSocket, WebSocketServer } from 'ws'
import { badRequest } from '../../refusal.ts'

/** Becomes a WebSocket that speaks the first of the protocols that both sides know. */
export function webSocket(
  request: IncomingMessage,
  socket: Socket,
  head: Buffer,
  known: readonly string[],
): Promise<WebSocket> {
  const { upgrade = '', 'sec-websocket-protocol': offered = '' } = request.headers
  if (upgrade.toLowerCase() !== 'websocket') throw badRequest('the sandbox streams over WebSockets only')
  const protocol = offered
    .split(',')
    .map((name) => name.trim())
    .find((name) => known.includes(name))
  if (protocol === undefined) throw badRequest(`none of the protocols "${offered}" is known: ${known.join(', ')}`)
  // ws refuses the slash in port-forward's protocol, so it does not get to see any.
  const server = new WebSocketServer({ noServer: true, maxPayload: 4 << 20, perMessageDeflate: false })
  delete request.headers['sec-websocket-protocol']
  server.once('headers', (headers) => headers.push(`Sec-WebSocket-Protocol: ${protocol}`))
  return new Promise((done, fail) => {
    socket.once('close', () => fail(badRequest('the connection has ended')))
    server.handleUpgrade(request, socket, head, (ws) => {
      ws.on('error', () => {})
      done(ws)
    })
  })
}

/** Resolves when it has gone out, or will no more. */
export function send(ws: WebSocket, data: Uint8Array): Promise<void> {
  if (ws.readyState !== WebSocket.OPEN) return Promise.resolve()
  return new Promise((done) => ws.send(data, () => done()))
}

/** Its messages, read no faster than they are taken. */
export async function* messages(ws: WebSocket): AsyncGenerator<Buffer> {
  const waiting: Buffer[] = []
  let wake = () => {}
  let open = ws.readyState === WebSocket.OPEN
  ws.on('message', (data: Buffer) => {
    waiting.push(data)
    if (waiting.length > 8) ws.pause()
    wake()
  })
  ws.once('close', () => {
    open = false
    wake()
  })
  for (;;) {
    const message = waiting.shift()
    if (message !== undefined) yield message
    else if (!open) return
    else {
      if (ws.isPaused) ws.resume()
      await new Promise<void>((done) => (wake = done))
    }
  }
}
