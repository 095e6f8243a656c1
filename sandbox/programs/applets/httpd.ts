import { Errno, type Process, type Socket } from '../../node/process.ts'
import { HttpReader } from '../http.ts'
import { applet, type Call, Failure } from './applet.ts'
import { encode } from './bytes.ts'
import { join } from './files.ts'
import { formatTime } from './time.ts'

const types: Readonly<Record<string, string>> = {
  html: 'text/html',
  htm: 'text/html',
  txt: 'text/plain',
  css: 'text/css',
  js: 'application/javascript',
  json: 'application/json',
  png: 'image/png',
  jpg: 'image/jpeg',
  gif: 'image/gif',
  svg: 'image/svg+xml',
}
const reasons: Readonly<Record<number, string>> = {
  200: 'OK',
  302: 'Found',
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  501: 'Not Implemented',
}
const words: Readonly<Record<number, string>> = {
  400: 'Unsupported method',
  403: '',
  404: 'The requested URL was not found',
  501: 'The requested method is not recognized',
}

/** BusyBox's little web server. */
export const httpd = applet({
  name: 'httpd',
  usage: '[-ifv[v]] [-c CONFFILE] [-p [IP:]PORT] [-u USER[:GRP]] [-r REALM] [-h HOME]\nor httpd -d/-e/-m STRING',
  options: 'ifvc:p:u:r:h:d:e:m:',
  run: async (call) => {
    const port = Number((call.value('p') ?? '80').replace(/^.*:/, ''))
    const home = call.value('h') ?? '.'
    if ((await call.files.stat(home).catch(() => undefined))?.type !== 'directory')
      throw new Failure(`can't change directory to '${home}': No such file or directory`)
    // The socket belongs to the process that serves; a parent that has left would take it along.
    const serve = async (process: Process, listening: (error?: Errno) => void) => {
      const listener = await process.net.listen(port).catch((error: unknown) => {
        if (!(error instanceof Errno)) throw error
        listening(error)
      })
      if (listener === undefined) return 1
      listening()
      for (;;) void answer(call.in(process), await listener.accept(), home).catch(() => undefined)
    }
    const complain = async (error: Errno | undefined) =>
      error === undefined ? undefined : call.complain(`bind: ${error.message}`)
    if (call.has('f')) return serve(call.process, (error) => void complain(error))
    let listening: (error?: Errno) => void = () => undefined
    const bound = new Promise<Errno | undefined>((done) => (listening = done))
    await call.process.fork((process) => serve(process, listening), { group: 'new' })
    await complain(await bound)
    return call.status
  },
})

async function answer(call: Call, socket: Socket, home: string): Promise<void> {
  try {
    const head = await new HttpReader(socket).head()
    if (head === undefined) return
    const [, method = '', target = ''] = /^(\S+) (\S+)/.exec(head.first) ?? []
    const path = decodeURIComponent(target.replace(/\?.*$/, ''))
    const isFile = method === 'GET' || method === 'HEAD'
    const reply =
      !path.startsWith('/') || path.split('/').includes('..')
        ? { status: 400 }
        : isFile
          ? await fileAt(call, join(home, path.slice(1)), path)
          : { status: 501 }
    if (call.has('v'))
      await call.write(2, `[::ffff:${socket.remote.address}]:${socket.remote.port}: response:${reply.status}\n`)
    const title = `${reply.status} ${reasons[reply.status] ?? ''}`
    const body =
      reply.body ??
      encode(
        `<HTML><HEAD><TITLE>${title}</TITLE></HEAD>\n<BODY><H1>${title}</H1>\n${words[reply.status] ?? ''}\n</BODY></HTML>\n`,
      )
    const lines = [
      `HTTP/1.1 ${title}`,
      `Date: ${formatTime('%a, %d %b %Y %H:%M:%S GMT', call.process.clock.now())}`,
      'Connection: close',
      `Content-type: ${reply.type ?? 'text/html'}`,
      ...(reply.extra ?? []),
    ]
    await socket.write(encode(`${lines.join('\r\n')}\r\n\r\n`))
    if (method !== 'HEAD') await socket.write(body)
  } finally {
    socket.close()
  }
}

interface Reply {
  readonly status: number
  readonly body?: Uint8Array
  readonly type?: string
  readonly extra?: readonly string[]
}

async function fileAt(call: Call, file: string, path: string): Promise<Reply> {
  try {
    const stat = await call.files.stat(file)
    if (stat.type === 'directory')
      return path.endsWith('/')
        ? await fileAt(call, join(file, 'index.html'), `${path}index.html`)
        : { status: 302, extra: [`Location: ${path}/`] }
    const body = await call.files.read(file)
    const modified = formatTime('%a, %d %b %Y %H:%M:%S GMT', stat.modified)
    return {
      status: 200,
      body,
      type: types[/\.(\w+)$/.exec(file)?.[1] ?? ''] ?? 'application/octet-stream',
      extra: [
        'Accept-Ranges: bytes',
        `Last-Modified: ${modified}`,
        `ETag: "${Math.floor(stat.modified / 1000).toString(16)}-${stat.size.toString(16)}"`,
        `Content-Length: ${stat.size}`,
      ],
    }
  } catch (error) {
    if (!(error instanceof Errno)) throw error
    return { status: error.code === 'EACCES' ? 403 : 404 }
  }
}
