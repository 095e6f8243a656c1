import { Errno, type OpenFile, type Socket } from '../../node/process.ts'
import { applet, type Call, Failure, Misused } from './applet.ts'
import { asText, chunks, decode, splitLines } from './bytes.ts'

type Kind = 'A' | 'AAAA' | 'SRV' | 'PTR'

/** BusyBox's own resolver: one query after another, each answer printed as it is. */
export const nslookup = applet({
  name: 'nslookup',
  usage: '[-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]',
  prepare: (argv) =>
    argv.flatMap((word) =>
      /^-(query)?type=/.test(word) ? ['-t', word.replace(/^.*=/, '')] : word === '-debug' ? [] : [word],
    ),
  options: 't:',
  operands: [1, 2],
  run: async (call) => {
    const [name = '', server] = call.words
    const resolv = splitLines(await call.files.read('/etc/resolv.conf').then(decode, () => ''))
    const setting = (key: string) =>
      resolv.filter((line) => line.startsWith(`${key} `)).flatMap((line) => line.split(/\s+/).slice(1))
    const nameserver = server ?? setting('nameserver')[0] ?? '127.0.0.1'
    if (server !== undefined && !setting('nameserver').includes(server))
      throw new Failure(`can't connect to remote host (${server}): Network is unreachable`)
    const reversed = /^\d+\.\d+\.\d+\.\d+$/.test(name)
      ? `${name.split('.').toReversed().join('.')}.in-addr.arpa`
      : undefined
    const asked = call.value('t')?.toUpperCase() ?? (reversed === undefined ? 'A AAAA' : 'PTR')
    const kinds = asked.split(' ') as Kind[]
    if (!kinds.every((kind) => ['A', 'AAAA', 'SRV', 'PTR'].includes(kind)))
      throw new Failure(`invalid query type "${call.value('t')}"`)
    const dots = name.split('.').length - 1
    // It does not try the name itself where the search path is to be used, and never stops at an answer.
    const searched = reversed === undefined && dots === 0 && !name.endsWith('.')
    const full = searched
      ? setting('search').map((domain) => `${name}.${domain}`)
      : [reversed ?? name.replace(/\.$/, '')]
    await call.out(`Server:\t\t${nameserver}\nAddress:\t${nameserver}:53\n\n`)
    for (const each of full.length === 0 ? [name] : full)
      for (const kind of kinds) {
        await query(call, each, kind)
        await call.line('')
      }
  },
})

async function query(call: Call, name: string, kind: Kind): Promise<void> {
  const { code, answers } = await call.process.net.resolve(name, kind)
  if (code !== 'NOERROR') {
    await call.line(`** server can't find ${name}: ${code}`)
    call.status = 1
  }
  for (const answer of answers)
    if (kind === 'PTR') await call.line(`${name}\tname = ${answer}`)
    else if (kind === 'SRV') await call.line(`${name}\tservice = ${answer}`)
    else await call.line(`Name:\t${name}\nAddress: ${answer}`)
}

export const nc = applet({
  name: 'nc',
  usage: '[OPTIONS] HOST PORT  - connect\nnc [OPTIONS] -l -p PORT [HOST] [PORT]  - listen',
  options: '+lp:w:vz',
  run: async (call) => {
    const seconds = call.number('w', Infinity)
    if (call.has('l')) {
      const port = Number(call.value('p') ?? call.words.at(-1) ?? 0)
      if (!(port > 0)) throw new Misused()
      const listener = await call.process.net.listen(port)
      await converse(call, await within(call, seconds, listener.accept(), 'timeout'))
      listener.close()
      return 0
    }
    const [host = '', port] = call.words
    if (port === undefined) throw new Misused()
    const [address] = await call.process.net.lookup(asText(host))
    if (address === undefined) throw new Failure(`bad address '${host}'`)
    // What is refused is not spoken of: the exit code says it.
    const connecting = call.process.net.connect(address, Number(port)).catch((error: unknown) => {
      if (error instanceof Errno) return undefined
      throw error
    })
    const socket = await within(call, seconds, connecting, 'timeout')
    if (socket === undefined) return 1
    if (call.has('v')) await call.write(2, `${host} (${address}:${port}) open\n`)
    if (!call.has('z')) await converse(call, socket)
    socket.close()
    return 0
  },
})

/** Fails where that takes too long: -w, -T. */
export async function within<T>(call: Call, seconds: number, work: Promise<T>, message: string): Promise<T> {
  if (seconds === Infinity) return work
  const done = new AbortController()
  const late = call.process.clock.sleep(seconds * 1000, done.signal).then((): never => {
    throw new Failure(message)
  })
  late.catch(() => undefined)
  return Promise.race([work, late]).finally(() => done.abort(new Error('in time')))
}

/** Both ways at once; it is over when the other side has ended. */
async function converse(call: Call, socket: Socket): Promise<void> {
  const copy = async (from: OpenFile, to: OpenFile | undefined) => {
    for await (const chunk of chunks(from)) await to?.write(chunk)
  }
  const sending = copy(call.stdin, socket).then(() => socket.end())
  sending.catch(() => undefined)
  await within(call, call.number('w', Infinity), copy(socket, call.process.fds.get(1)), 'timeout')
  socket.close()
}
