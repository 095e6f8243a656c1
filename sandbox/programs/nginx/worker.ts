import type { Process, Socket } from '../../node/process.ts'
import { encode } from '../applets/bytes.ts'
import { formatTime } from '../applets/time.ts'
import { HttpReader, type Head } from '../http.ts'
import { type Answer, answer } from './content.ts'
import type { Logs } from './logs.ts'
import { errorPage, reasons, version } from './pages.ts'
import { filled, normalised, type Request, requestLine, serverFor } from './request.ts'
import type { Settings } from './settings.ts'

/** Serves connections, one at a time each, as one of nginx's workers. */
export class Worker {
  readonly process: Process
  readonly #settings: Settings
  readonly #logs: Logs
  readonly #idle = new Set<Socket>()
  #busy = 0
  #quitting: (() => void) | undefined

  constructor(process: Process, settings: Settings, logs: Logs) {
    this.process = process
    this.#settings = settings
    this.#logs = logs
  }

  /** Resolves when what is being answered has been. */
  async quit(): Promise<void> {
    for (const socket of this.#idle) socket.close()
    if (this.#busy > 0) await new Promise<void>((done) => (this.#quitting = done))
  }

  async serve(socket: Socket, connection: number): Promise<void> {
    const reader = new HttpReader(socket)
    try {
      for (;;) {
        const head = await this.#next(reader, socket)
        if (head === undefined) return
        this.#busy += 1
        const goesOn = await this.#respond(socket, reader, head, connection).finally(() => {
          this.#busy -= 1
          if (this.#busy === 0) this.#quitting?.()
        })
        if (!goesOn || this.#quitting !== undefined) return
      }
    } catch {
      // The client has gone, or this worker has.
    } finally {
      socket.close()
    }
  }

  async #next(reader: HttpReader, socket: Socket): Promise<Head | undefined> {
    const late = new AbortController()
    this.#idle.add(socket)
    this.process.clock.sleep(this.#settings.keepAlive, late.signal).then(
      () => socket.close(),
      () => undefined,
    )
    try {
      return await reader.head()
    } finally {
      late.abort()
      this.#idle.delete(socket)
    }
  }

  /** Says whether the connection goes on. */
  async #respond(socket: Socket, reader: HttpReader, head: Head, connection: number): Promise<boolean> {
    const line = requestLine(head.first)
    const path = line === undefined ? undefined : normalised(line.target)
    const request: Request = {
      line: head.first,
      method: line?.method ?? '',
      target: line?.target ?? '',
      path: path ?? '',
      query: /\?([^#]*)/.exec(line?.target ?? '')?.[1] ?? '',
      protocol: line?.protocol ?? '',
      head,
      client: socket.remote,
      server: { address: socket.local.address, hostname: this.process.hostname },
      port: socket.local.port,
      connection,
    }
    const server = serverFor(this.#settings.servers, request.port, head.header('host') ?? '')
    if (server === undefined) return false
    const now = this.process.clock.now()
    const host = head.header('host')
    const complain = (text: string) =>
      this.#logs.error(
        'error',
        this.process.pid,
        `*${connection} ${text}, client: ${request.client.address}, server: ${server.names[0] ?? ''}, request: "${request.line}"${host === undefined ? '' : `, host: "${host}"`}`,
      )
    const bad = path === undefined || (host === undefined && request.protocol === 'HTTP/1.1')
    if (head.header('content-length') !== undefined) for await (const _ of reader.body(head)) await this.process.step()
    const reply: Answer = bad
      ? {
          status: 400,
          headers: [['Content-Type', 'text/html']],
          body: encode(errorPage(400, server.tokens)),
          scope: server,
        }
      : await answer({ settings: this.#settings, server, files: this.process.files, now, complain }, request)
    const asked = (head.header('connection') ?? '').toLowerCase()
    const goesOn =
      !bad &&
      asked !== 'close' &&
      (request.protocol === 'HTTP/1.1' || asked === 'keep-alive') &&
      this.#quitting === undefined
    const added = reply.scope.headers
      .filter(({ always }) => always || [200, 201, 204, 206, 301, 302, 303, 304, 307, 308].includes(reply.status))
      .map(({ name, value }) => `${name}: ${filled(value, request, server, now)}`)
    await socket.write(encode(headOf(reply, added, goesOn, now)))
    const sent = request.method === 'HEAD' || reply.status === 304 ? 0 : reply.body.length
    if (sent > 0) await socket.write(reply.body)
    for (const log of reply.scope.accessLogs) {
      const format = this.#settings.formats.get(log.format) ?? ''
      this.#logs.access(log.path, filled(format, request, server, now, { status: reply.status, sent }))
    }
    return goesOn
  }
}

/** In the order of ngx_http_header_filter. */
function headOf(
  { status, headers, body, scope }: Answer,
  added: readonly string[],
  goesOn: boolean,
  now: number,
): string {
  const value = (name: string) => headers.filter(([own]) => own === name).map(([own, text]) => `${own}: ${text}`)
  const lines = [
    `HTTP/1.1 ${status} ${reasons[status] ?? ''}`.trimEnd(),
    `Server: ${scope.tokens ? version : 'nginx'}`,
    `Date: ${formatTime('%a, %d %b %Y %H:%M:%S GMT', now)}`,
    ...(status === 304 ? [] : [...value('Content-Type'), `Content-Length: ${body.length}`]),
    ...value('Last-Modified'),
    ...value('Location'),
    `Connection: ${goesOn ? 'keep-alive' : 'close'}`,
    ...value('ETag'),
    ...added,
    ...value('Accept-Ranges'),
  ]
  return `${lines.join('\r\n')}\r\n\r\n`
}
