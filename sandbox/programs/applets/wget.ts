import { Errno, type OpenFile } from '../../node/process.ts'
import { HttpReader, parseUrl, type Url } from '../http.ts'
import { applet, type Call, Failure } from './applet.ts'
import { asText, encode } from './bytes.ts'
import { within } from './network.ts'

export const wget = applet({
  name: 'wget',
  usage:
    '[-cqS] [--spider] [-O FILE] [-o LOGFILE] [--header STR]\n\t[--post-data STR | --post-file FILE] [-Y on/off]\n\t[--no-check-certificate] [-P DIR] [-U AGENT] [-T SEC] URL...',
  options: 'qSzO:H:T:',
  long: { spider: 'z', header: 'H' },
  operands: [1],
  run: async (call) => {
    for (const address of call.words) {
      const url = parseUrl(address)
      if (url.scheme !== 'http') throw new Failure(`not an http or ftp url: ${address}`)
      await fetchOne(call, url, call.value('O') ?? (/([^/?]*)(\?.*)?$/.exec(url.path)?.[1] || 'index.html'))
    }
  },
})

const say = (call: Call, text: string) => (call.has('q') ? undefined : call.write(2, text))

async function fetchOne(call: Call, url: Url, name: string): Promise<void> {
  const [address] = await call.process.net.lookup(asText(url.host))
  if (address === undefined) throw new Failure(`bad address '${url.typed}'`)
  await say(call, `Connecting to ${url.typed} (${address}:${url.port})\n`)
  const connecting = call.process.net.connect(address, url.port).catch((error: unknown) => {
    if (!(error instanceof Errno)) throw error
    throw new Failure(`can't connect to remote host (${address}): ${error.message}`)
  })
  const socket = await inTime(call, connecting)
  try {
    const lines = [
      `${call.has('z') ? 'HEAD' : 'GET'} ${url.path} HTTP/1.1`,
      `Host: ${url.authority}`,
      'User-Agent: Wget',
      'Connection: close',
      ...call.values('H'),
    ]
    await socket.write(encode(`${lines.join('\r\n')}\r\n\r\n`))
    const reader = new HttpReader(socket)
    const head = await inTime(call, reader.head())
    if (head === undefined) throw new Failure('error getting response')
    const isFine = /^HTTP\/\S+ 2\d\d/.test(head.first)
    if (call.has('S'))
      await call.write(2, [head.first, ...(isFine ? [...head.lines, ''] : [])].map((line) => `  ${line}\n`).join(''))
    if (!isFine) throw new Failure(`server returned error: ${head.first}`)
    if (call.has('z')) await say(call, 'remote file exists\n')
    else await save(call, reader.body(head), Number(head.header('content-length') ?? 0), name)
  } finally {
    socket.close()
  }
}

/** -T: 900 seconds where it is not given. */
const inTime = <T>(call: Call, work: Promise<T>) => within(call, call.number('T', 900), work, 'download timed out')

async function save(call: Call, body: AsyncIterable<string>, length: number, name: string): Promise<void> {
  const target = name === '-' ? undefined : await created(call, name)
  await say(call, name === '-' ? 'writing to stdout\n' : `saving to '${name}'\n`)
  let size = 0
  for await (const piece of body) {
    size += piece.length
    await (target === undefined ? call.write(1, piece) : target.write(encode(piece)))
  }
  target?.close()
  const label = name.replace(/^.*\//, '').slice(0, 20).padEnd(20)
  const amount = (size >= 102_400 ? `${Math.floor(size / 1024)}k` : String(size)).padStart(5)
  await say(call, `\r${label} ${length > 0 ? '100%' : '    '} |${'*'.repeat(32)}| ${amount}  0:00:00 ETA\n`)
  await say(call, name === '-' ? 'written to stdout\n' : `'${name}' saved\n`)
}

async function created(call: Call, name: string): Promise<OpenFile> {
  try {
    const fresh = call.value('O') === undefined ? { exclusive: true } : { truncate: true }
    return await call.files.open(name, { write: true, create: true, ...fresh })
  } catch (error) {
    if (!(error instanceof Errno)) throw error
    throw new Failure(`can't open '${name}': ${error.message}`)
  }
}
