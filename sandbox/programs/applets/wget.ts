import { Errno, type OpenFile } from '../../node/process.ts'
import { HttpReader, parseUrl, type Url } from '../http.ts'
import { applet, type Call, Failure } from './applet.ts'
import { asText, encode } from './bytes.ts'

export const wget = applet({
  name: 'wget',
  usage:
    '[-cqS] [--spider] [-O FILE] [-o LOGFILE] [--header STR]\n\t[--post-data STR | --post-file FILE] [-Y on/off]\n\t[--no-check-certificate] [-P DIR] [-U AGENT] [-T SEC] URL...',
  options: 'cqSzO:o:h:d:Y:nP:U:T:t:',
  long: {
    spider: 'z',
    header: 'h',
    'post-data': 'd',
    'no-check-certificate': 'n',
    quiet: 'q',
    'server-response': 'S',
    'output-document': 'O',
    timeout: 'T',
    'user-agent': 'U',
    'directory-prefix': 'P',
    tries: 't',
  },
  operands: [1],
  run: async (call) => {
    for (const address of call.words) await fetchOne(call, address)
  },
})

const say = (call: Call, text: string) => (call.has('q') ? undefined : call.write(2, text))

async function fetchOne(call: Call, address: string): Promise<void> {
  let url = parseUrl(address)
  const name = `${call.value('P') === undefined ? '' : `${call.value('P')}/`}${call.value('O') ?? (/([^/?]*)(\?.*)?$/.exec(url.path)?.[1] || 'index.html')}`
  for (let hop = 0; hop <= 5; hop += 1) {
    if (url.scheme !== 'http' && url.scheme !== 'https') throw new Failure(`not an http or ftp url: ${address}`)
    const next = await oneRequest(call, url, name)
    if (next === undefined) return
    url = parseUrl(next.startsWith('/') ? `http://${url.authority}${next}` : next)
  }
  throw new Failure('too many redirections')
}

/** Another address, where it has been sent to one. */
async function oneRequest(call: Call, url: Url, name: string): Promise<string | undefined> {
  const [address] = await call.process.net.lookup(asText(url.host))
  if (address === undefined) throw new Failure(`bad address '${url.typed}'`)
  await say(call, `Connecting to ${url.typed} (${address}:${url.port})\n`)
  const socket = await connected(call, address, url)
  try {
    const data = call.value('d')
    const lines = [
      `${data === undefined ? (call.has('z') ? 'HEAD' : 'GET') : 'POST'} ${url.path} HTTP/1.1`,
      `Host: ${url.authority}`,
      `User-Agent: ${call.value('U') ?? 'Wget'}`,
      'Connection: close',
      ...call.values('h'),
    ]
    if (data !== undefined)
      lines.push('Content-Type: application/x-www-form-urlencoded', `Content-Length: ${data.length}`)
    await socket.write(encode(`${lines.join('\r\n')}\r\n\r\n${data ?? ''}`))
    const reader = new HttpReader(socket)
    const head = await withLimit(call, reader.head())
    if (head === undefined) throw new Failure('error getting response')
    if (call.has('S'))
      await call.write(
        2,
        [head.first, ...(isFine(head.first) ? [...head.lines, ''] : [])].map((line) => `  ${line}\n`).join(''),
      )
    const status = Number(/^HTTP\/\S+ (\d+)/.exec(head.first)?.[1] ?? 0)
    if (status >= 300 && status < 400 && head.header('location') !== undefined) return head.header('location')
    if (!isFine(head.first)) throw new Failure(`server returned error: ${head.first}`)
    if (call.has('z')) return (await say(call, 'remote file exists\n'), undefined)
    await save(call, reader.body(head), Number(head.header('content-length') ?? 0), name)
    return undefined
  } finally {
    socket.close()
  }
}

const isFine = (line: string) => /^HTTP\/\S+ 2\d\d/.test(line)

async function connected(call: Call, address: string, url: Url) {
  try {
    return await withLimit(call, call.process.net.connect(address, url.port))
  } catch (error) {
    if (!(error instanceof Errno)) throw error
    throw new Failure(`can't connect to remote host (${address}): ${error.message}`)
  }
}

/** -T: 900 seconds where it is not given. */
async function withLimit<T>(call: Call, work: Promise<T>): Promise<T> {
  const done = new AbortController()
  const late = call.process.clock.sleep(call.number('T', 900) * 1000, done.signal).then((): never => {
    throw new Failure('download timed out')
  })
  late.catch(() => undefined)
  try {
    return await Promise.race([work, late])
  } finally {
    done.abort(new Error('in time'))
  }
}

async function save(call: Call, body: AsyncIterable<string>, length: number, name: string): Promise<void> {
  const target = name === '-' ? undefined : await created(call, name)
  const [verb, shown] = name === '-' ? ['writing to', 'stdout'] : ['saving to', `'${name}'`]
  await say(call, `${verb} ${shown}\n`)
  let size = 0
  for await (const piece of body) {
    size += piece.length
    if (target === undefined) await call.write(1, piece)
    else await target.write(encode(piece))
  }
  target?.close()
  await say(call, meter(name, size, length))
  await say(call, name === '-' ? 'written to stdout\n' : `${shown} saved\n`)
}

async function created(call: Call, name: string): Promise<OpenFile> {
  try {
    return await call.files.open(name, {
      write: true,
      create: true,
      ...(call.value('O') === undefined && !call.has('c') ? { exclusive: true } : { truncate: true }),
    })
  } catch (error) {
    if (!(error instanceof Errno)) throw error
    throw new Failure(`can't open '${name}': ${error.message}`)
  }
}

/** The bar as it stands when all has come. */
function meter(name: string, size: number, length: number): string {
  const label = (name === '-' ? '-' : name.replace(/^.*\//, '')).slice(0, 20).padEnd(20)
  const amount = size >= 102_400 ? `${Math.floor(size / 1024)}k` : String(size)
  return length > 0
    ? `\r${label} 100% |${'*'.repeat(32)}| ${amount.padStart(5)}  0:00:00 ETA\n`
    : `\r${label}      |${'*'.repeat(32)}| ${amount.padStart(5)}  0:00:00 ETA\n`
}
