import { Errno, type OpenFile, type Process, type Program, type Socket } from '../node/process.ts'
import { asBytes, asText, encode } from './applets/bytes.ts'
import { type Options, parseOptions, WrongOption } from './applets/options.ts'
import { HttpReader, parseUrl, type Url } from './http.ts'

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
}

/** Ends a transfer with curl's exit code and words. */
class CurlError extends Error {
  readonly code: number
  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

const tryHelp = "curl: try 'curl --help' or 'curl --manual' for more information\n"

/** HTTP, and the options that a look at a server needs. */
export const curl: Program = async (process) => {
  const say = (text: string) => process.fds.get(2)?.write(encode(text)) ?? Promise.resolve()
  let parsed: { readonly words: readonly string[]; readonly options: Options }
  try {
    parsed = parseOptions(process.argv.slice(1).map(asBytes), 'sSiIo:vfw:X:H:d:', long)
  } catch (error) {
    if (!(error instanceof WrongOption)) throw error
    await say(`curl: option ${error.option}: ${error.lacksValue ? 'requires parameter' : 'is unknown'}\n${tryHelp}`)
    return 2
  }
  if (parsed.words.length === 0) await say(tryHelp)
  let code = parsed.words.length === 0 ? 2 : 0
  for (const url of parsed.words) code = await new Transfer(process, parsed.options, say).run(url)
  return code
}

class Transfer {
  readonly #process: Process
  readonly #options: Options
  readonly #say: (text: string) => Promise<void>
  #received = 0
  #status = 0
  #metered = false

  constructor(process: Process, options: Options, say: (text: string) => Promise<void>) {
    this.#process = process
    this.#options = options
    this.#say = say
  }

  async run(text: string): Promise<number> {
    const failure = await this.#transfer(parseUrl(text)).catch((error: unknown) => {
      if (error instanceof CurlError) return error
      throw error
    })
    await this.#endMeter(failure !== undefined)
    const format = this.#options.get('w')?.at(-1)
    if (format !== undefined) await this.#process.fds.get(1)?.write(encode(this.#filled(format)))
    if (failure === undefined) return 0
    if (!this.#has('s') || this.#has('S')) await this.#say(`curl: (${failure.code}) ${failure.message}\n`)
    return failure.code
  }

  #has(option: string): boolean {
    return this.#options.has(option)
  }

  async #tell(mark: string, lines: readonly string[]): Promise<void> {
    if (this.#has('v')) await this.#say(lines.map((line) => `${mark} ${line}\n`).join(''))
  }

  async #transfer(url: Url): Promise<undefined> {
    const output = this.#options.get('o')?.at(-1)
    if (url.scheme !== 'http') throw new CurlError(1, `Protocol "${url.scheme}" not supported or disabled in libcurl`)
    if (!this.#has('s') && (output !== undefined || this.#process.fds.get(1)?.terminal === undefined))
      await this.#startMeter()
    const socket = await this.#connect(url)
    try {
      const data = this.#options.get('d')?.join('&')
      const method = this.#options.get('X')?.at(-1) ?? (this.#has('I') ? 'HEAD' : data === undefined ? 'GET' : 'POST')
      const lines = [
        `${method} ${url.path} HTTP/1.1`,
        `Host: ${url.authority}`,
        'User-Agent: curl/7.88.1',
        'Accept: */*',
      ]
      lines.push(...(this.#options.get('H') ?? []))
      if (data !== undefined)
        lines.push(`Content-Length: ${data.length}`, 'Content-Type: application/x-www-form-urlencoded')
      await socket.write(encode(`${lines.join('\r\n')}\r\n\r\n${data ?? ''}`))
      await this.#tell('>', [...lines, ''])
      await this.#response(new HttpReader(socket), method === 'HEAD', output)
      await this.#tell('*', [`Connection #0 to host ${url.host} left intact`])
    } finally {
      socket.close()
    }
  }

  async #connect({ host, port }: Url): Promise<Socket> {
    const started = this.#process.clock.now()
    const [address] = await this.#process.net.lookup(asText(host))
    if (address === undefined) throw new CurlError(6, `Could not resolve host: ${host}`)
    await this.#tell('*', [`  Trying ${address}:${port}...`])
    try {
      const socket = await this.#process.net.connect(address, port)
      await this.#tell('*', [`Connected to ${host} (${address}) port ${port} (#0)`])
      return socket
    } catch (error) {
      if (!(error instanceof Errno)) throw error
      const after = this.#process.clock.now() - started
      const code = error.code === 'ETIMEDOUT' ? 28 : 7
      throw new CurlError(
        code,
        `Failed to connect to ${host} port ${port} after ${after} ms: Couldn't connect to server`,
      )
    }
  }

  async #response(reader: HttpReader, bodiless: boolean, output: string | undefined): Promise<void> {
    const head = await reader.head()
    if (head === undefined) throw new CurlError(52, 'Empty reply from server')
    this.#status = Number(/^HTTP\/\S+ (\d+)/.exec(head.first)?.[1] ?? 0)
    if (this.#status === 0) throw new CurlError(1, 'Received HTTP/0.9 when not allowed')
    const lines = [head.first, ...head.lines, '']
    await this.#tell('<', lines)
    if (this.#has('f') && this.#status >= 400)
      throw new CurlError(22, `The requested URL returned error: ${this.#status}`)
    const target = await this.#target(output)
    if (this.#has('i') || this.#has('I')) await target?.write(encode(lines.map((line) => `${line}\r\n`).join('')))
    if (!bodiless && this.#status !== 204 && this.#status !== 304)
      for await (const piece of reader.body(head)) {
        this.#received += piece.length
        await target?.write(encode(piece))
      }
  }

  async #target(output: string | undefined): Promise<OpenFile | undefined> {
    if (output === undefined || output === '-') return this.#process.fds.get(1)
    try {
      return await this.#process.files.open(asText(output), { write: true, create: true, truncate: true })
    } catch (error) {
      if (!(error instanceof Errno)) throw error
      throw new CurlError(23, 'Failure writing output to destination')
    }
  }

  async #startMeter(): Promise<void> {
    this.#metered = true
    const title = '  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n'
    const units = '                                 Dload  Upload   Total   Spent    Left  Speed\n'
    await this.#say(`${title}${units}\r${meter('  0', 0)}`)
  }

  async #endMeter(failed: boolean): Promise<void> {
    if (!this.#metered) return
    await this.#say(`\r${failed || this.#received === 0 ? meter('  0', 0) : meter('100', this.#received)}\n`)
  }

  #filled(format: string): string {
    const values: Readonly<Record<string, string>> = {
      http_code: String(this.#status).padStart(3, '0'),
      size_download: String(this.#received),
    }
    return format.replace(/\\n/g, '\n').replace(/%\{(\w+)\}/g, (_, name: string) => values[name] ?? '')
  }
}

function meter(share: string, bytes: number): string {
  const size = String(bytes).padStart(5)
  return `${share} ${size}  ${share} ${size}    0     0      0      0 --:--:-- --:--:-- --:--:--     0`
}
