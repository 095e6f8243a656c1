import { Errno, type Process, type Program, type Socket } from '../node/process.ts'
import { asBytes, asText, encode } from './applets/bytes.ts'
import { type Options, parseOptions, WrongOption } from './applets/options.ts'
import { type Head, HttpReader, parseUrl, type Url } from './http.ts'

const spec = 'sSiIo:vfw:X:H:d:LkOm:A:u:x:gGp46T:eb:c:#N0'
const long: Readonly<Record<string, string>> = {
  silent: 's',
  'show-error': 'S',
  include: 'i',
  head: 'I',
  output: 'o',
  verbose: 'v',
  fail: 'f',
  'write-out': 'w',
  request: 'X',
  header: 'H',
  data: 'd',
  location: 'L',
  insecure: 'k',
  'remote-name': 'O',
  'max-time': 'm',
  'connect-timeout': 'm',
  'user-agent': 'A',
  user: 'u',
  'no-buffer': 'N',
  get: 'G',
}

const version = 'curl 7.88.1 (x86_64-pc-linux-gnu) libcurl/7.88.1\nProtocols: http\nFeatures: none\n'

/** Ends a transfer with curl's exit code and words. */
class CurlError extends Error {
  readonly code: number
  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

const tryHelp = "curl: try 'curl --help' or 'curl --manual' for more information\n"
const meterTitle =
  '  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n                                 Dload  Upload   Total   Spent    Left  Speed\n'

export const curl: Program = async (process) => {
  const say = (text: string) => process.fds.get(2)?.write(encode(text)) ?? Promise.resolve()
  if (/^(--version|-V)$/.test(process.argv[1] ?? '')) {
    await process.fds.get(1)?.write(encode(version))
    return 0
  }
  let parsed: { readonly words: readonly string[]; readonly options: Options }
  try {
    parsed = parseOptions(process.argv.slice(1).map(asBytes), spec, long)
  } catch (error) {
    if (!(error instanceof WrongOption)) throw error
    const name = /'(.*)'/.exec(error.message)?.[1] ?? ''
    const shown = name.startsWith('--') ? name : `-${name}`
    await say(
      `curl: option ${shown}: ${error.message.includes('requires') ? 'requires parameter' : 'is unknown'}\n${tryHelp}`,
    )
    return 2
  }
  if (parsed.words.length === 0) return (await say(tryHelp), 2)
  let code = 0
  for (const url of parsed.words) {
    const transfer = new Transfer(process, parsed.options, say)
    try {
      code = await transfer.run(url)
    } catch (error) {
      if (!(error instanceof CurlError)) throw error
      await transfer.meter(true)
      await transfer.writeOut(url)
      if (transfer.mayComplain) await say(`curl: (${error.code}) ${error.message}\n`)
      code = error.code
    }
  }
  return code
}

class Transfer {
  readonly mayComplain: boolean
  readonly #process: Process
  readonly #options: Options
  readonly #say: (text: string) => Promise<void>
  #received = 0
  #total = 0
  #status = 0
  #metered = false
  #type = ''

  constructor(process: Process, options: Options, say: (text: string) => Promise<void>) {
    this.#process = process
    this.#options = options
    this.#say = say
    this.mayComplain = !options.has('s') || options.has('S')
  }

  async run(text: string): Promise<number> {
    let address = text
    for (let hop = 0; hop < 50; hop += 1) {
      const url = parseUrl(address)
      if (url.host === '') throw new CurlError(3, 'URL using bad/illegal format or missing URL')
      if (url.scheme === 'https')
        throw new CurlError(
          35,
          'OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to the sandbox, which has no TLS inside',
        )
      if (url.scheme !== 'http') throw new CurlError(1, `Protocol "${url.scheme}" not supported or disabled in libcurl`)
      const next = await this.#one(url)
      if (next === undefined) return (await this.writeOut(text), 0)
      address = next.startsWith('/') ? `http://${url.authority}${next}` : next
    }
    throw new CurlError(47, 'Maximum (50) redirects followed')
  }

  /** Another address, where it has to follow one. */
  async #one(url: Url): Promise<string | undefined> {
    const options = this.#options
    const output = options.get('o')?.at(-1) ?? (options.has('O') ? (url.path.split('/').at(-1) ?? '') : undefined)
    if (!options.has('s') && (output !== undefined || this.#process.fds.get(1)?.terminal === undefined))
      await this.#startMeter()
    const started = this.#process.clock.now()
    const socket = await this.#connect(url, started)
    try {
      const data = options.get('d')?.join('&')
      const method = options.get('X')?.at(-1) ?? (options.has('I') ? 'HEAD' : data === undefined ? 'GET' : 'POST')
      const lines = [
        `${method} ${url.path} HTTP/1.1`,
        `Host: ${url.authority}`,
        `User-Agent: ${options.get('A')?.at(-1) ?? 'curl/7.88.1'}`,
        'Accept: */*',
        ...(options.get('H') ?? []),
      ]
      if (data !== undefined)
        lines.push(`Content-Length: ${data.length}`, 'Content-Type: application/x-www-form-urlencoded')
      await socket.write(encode(`${lines.join('\r\n')}\r\n\r\n${data ?? ''}`))
      if (options.has('v')) await this.#say([...lines, ''].map((line) => `> ${line}\r\n`).join(''))
      return await this.#response(new HttpReader(socket), url, method, output)
    } finally {
      socket.close()
    }
  }

  async #connect(url: Url, started: number): Promise<Socket> {
    const verbose = this.#options.has('v')
    const [address] = await this.#process.net.lookup(asText(url.host))
    if (address === undefined) throw new CurlError(6, `Could not resolve host: ${url.host}`)
    if (verbose) await this.#say(`*   Trying ${address}:${url.port}...\n`)
    const limit = Number(this.#options.get('m')?.at(-1) ?? 130) * 1000
    const late = new AbortController()
    const timeout = this.#process.clock.sleep(limit, late.signal).then((): never => {
      throw new CurlError(28, `Connection timed out after ${limit} milliseconds`)
    })
    try {
      const socket = await Promise.race([this.#process.net.connect(address, url.port), timeout])
      if (verbose) await this.#say(`* Connected to ${url.host} (${address}) port ${url.port} (#0)\n`)
      return socket
    } catch (error) {
      if (!(error instanceof Errno)) throw error
      const after = Math.max(0, this.#process.clock.now() - started)
      if (verbose)
        await this.#say(
          `* connect to ${address} port ${url.port} failed: ${error.message}\n* Failed to connect to ${url.host} port ${url.port} after ${after} ms: Couldn't connect to server\n* Closing connection 0\n`,
        )
      throw new CurlError(
        error.code === 'ETIMEDOUT' ? 28 : 7,
        `Failed to connect to ${url.host} port ${url.port} after ${after} ms: Couldn't connect to server`,
      )
    } finally {
      late.abort(new Error('connected'))
      timeout.catch(() => undefined)
    }
  }

  async #response(
    reader: HttpReader,
    url: Url,
    method: string,
    output: string | undefined,
  ): Promise<string | undefined> {
    const options = this.#options
    const head = await reader.head()
    if (head === undefined) throw new CurlError(52, 'Empty reply from server')
    this.#status = Number(/^HTTP\/\S+ (\d+)/.exec(head.first)?.[1] ?? 0)
    if (this.#status === 0) throw new CurlError(1, 'Received HTTP/0.9 when not allowed')
    this.#type = head.header('content-type') ?? ''
    this.#total = Number(head.header('content-length') ?? 0)
    const lines = [head.first, ...head.lines, '']
    if (options.has('v')) await this.#say(lines.map((line) => `< ${line}\r\n`).join(''))
    const target = await this.#target(output)
    const isFailure = options.has('f') && this.#status >= 400
    if ((options.has('i') || options.has('I')) && !isFailure)
      await target.write(encode(lines.map((line) => `${line}\r\n`).join('')))
    if (isFailure) throw new CurlError(22, `The requested URL returned error: ${this.#status}`)
    const next = options.has('L') && this.#status >= 300 && this.#status < 400 ? head.header('location') : undefined
    if (method !== 'HEAD' && this.#status !== 204 && this.#status !== 304)
      await this.#body(reader, head, next === undefined ? target : undefined)
    if (output !== undefined && target !== this.#process.fds.get(1)) target.close()
    await this.meter(false)
    if (options.has('v')) await this.#say(`* Connection #0 to host ${url.host} left intact\n`)
    return next
  }

  async #body(
    reader: HttpReader,
    head: Head,
    target: { write(data: Uint8Array): Promise<void> } | undefined,
  ): Promise<void> {
    for await (const piece of reader.body(head)) {
      this.#received += piece.length
      if (this.#options.has('v') && this.#received === piece.length) await this.#say(`{ [${piece.length} bytes data]\n`)
      await target?.write(encode(piece))
    }
  }

  async #target(output: string | undefined) {
    const stdout = this.#process.fds.get(1)
    if (stdout === undefined) throw new CurlError(23, 'Failure writing output to destination')
    if (output === undefined || output === '-') return stdout
    try {
      return await this.#process.files.open(asText(output), { write: true, create: true, truncate: true })
    } catch (error) {
      if (!(error instanceof Errno)) throw error
      if (this.mayComplain) await this.#say(`Warning: Failed to open the file ${output}: ${error.message}\n`)
      throw new CurlError(23, 'Failure writing output to destination')
    }
  }

  async #startMeter(): Promise<void> {
    if (this.#metered) return
    this.#metered = true
    await this.#say(`${meterTitle}\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0`)
  }

  /** The line at the end of a transfer. */
  async meter(failed: boolean): Promise<void> {
    if (!this.#metered) return
    this.#metered = false
    const received = String(this.#received).padStart(5)
    const whole = failed
      ? '  0     0    0     0    0     0'
      : `100 ${String(this.#total || this.#received).padStart(5)}  100 ${received}    0     0`
    await this.#say(`\r${whole}      0      0 --:--:-- --:--:-- --:--:--     0\n`)
  }

  async writeOut(url: string): Promise<void> {
    const format = this.#options.get('w')?.at(-1)
    if (format === undefined) return
    const values: Readonly<Record<string, string>> = {
      http_code: String(this.#status).padStart(3, '0'),
      response_code: String(this.#status).padStart(3, '0'),
      size_download: String(this.#received),
      content_type: this.#type,
      url,
      url_effective: url,
      time_total: '0.001',
    }
    const text = format
      .replace(/\\n/g, '\n')
      .replace(/\\t/g, '\t')
      .replace(/\\r/g, '\r')
      .replace(/%\{(\w+)\}/g, (_, name: string) => values[name] ?? '')
    await this.#process.fds.get(1)?.write(encode(text))
  }
}
