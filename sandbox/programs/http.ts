// HTTP/1.1 as the programs here speak it, over bytes that are characters.
import type { OpenFile } from '../node/process.ts'
import { decode } from './applets/bytes.ts'

export interface Head {
  /** The request's or status line. */
  readonly first: string
  /** As they came: "Name: value". */
  readonly lines: readonly string[]
  readonly header: (name: string) => string | undefined
}

/** Reads messages from a connection, one after another. */
export class HttpReader {
  readonly #file: OpenFile
  #rest = ''
  #ended = false

  constructor(file: OpenFile) {
    this.#file = file
  }

  /** Nothing when the connection ends before one has come. A head over 32 KiB, or that breaks off, is what has come so far. */
  async head(): Promise<Head | undefined> {
    for (;;) {
      this.#rest = this.#rest.replace(/^(\r?\n)+/, '')
      const end = /\r?\n\r?\n/.exec(this.#rest)
      // A line without a version is all that HTTP/0.9 sends.
      if (end !== null || this.#rest.length > 32_768 || (this.#ended && this.#rest !== '')) {
        const at = end?.index ?? this.#rest.length
        const [first = '', ...lines] = this.#rest.slice(0, at).split(/\r?\n/)
        this.#rest = this.#rest.slice(at + (end?.[0].length ?? 0))
        return { first, lines, header: (name) => valueOf(lines, name) }
      }
      if (this.#ended || !(await this.#more())) return undefined
    }
  }

  /** What comes after a response's head; to the end of the connection where nothing says how long it is. */
  async *body(head: Head): AsyncGenerator<string> {
    if (/chunked/i.test(head.header('transfer-encoding') ?? '')) return yield* this.#chunked()
    const length = head.header('content-length')
    yield* this.#bytes(length === undefined ? Infinity : Number(length))
  }

  async *#bytes(count: number): AsyncGenerator<string> {
    let left = count
    while (left > 0) {
      if (this.#rest === '' && !(await this.#more())) return
      const piece = this.#rest.slice(0, left)
      this.#rest = this.#rest.slice(piece.length)
      left -= piece.length
      yield piece
    }
  }

  async *#chunked(): AsyncGenerator<string> {
    for (;;) {
      while (!/^[^\n]*\n/.test(this.#rest)) if (!(await this.#more())) return
      const line = /^[^\n]*\n/.exec(this.#rest)?.[0] ?? ''
      this.#rest = this.#rest.slice(line.length)
      const size = parseInt(line, 16)
      if (!(size > 0)) return
      yield* this.#bytes(size)
      while (!this.#rest.includes('\n')) if (!(await this.#more())) return
      this.#rest = this.#rest.replace(/^\r?\n/, '')
    }
  }

  async #more(): Promise<boolean> {
    const piece = await this.#file.read(65_536)
    this.#rest += decode(piece)
    this.#ended = piece.length === 0
    return !this.#ended
  }
}

function valueOf(lines: readonly string[], name: string): string | undefined {
  const wanted = `${name.toLowerCase()}:`
  const line = lines.find((each) => each.toLowerCase().startsWith(wanted))
  return line?.slice(wanted.length).trim()
}

export interface Url {
  readonly scheme: string
  readonly host: string
  readonly port: number
  readonly path: string
  /** As the Host header has it: with the port where it is not the scheme's. */
  readonly authority: string
  /** As it was typed. */
  readonly typed: string
}

/** "localhost:8080/x", "http://web/". */
export function parseUrl(text: string): Url {
  const [, scheme = 'http', rest = ''] = /^(?:([a-z]+):\/\/)?(.*)$/is.exec(text) ?? []
  const [, authority = '', path = ''] = /^([^/?#]*)([^#]*)/.exec(rest) ?? []
  const [, host = '', port] = /^(?:[^@]*@)?(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(authority) ?? [undefined, authority]
  const standard = scheme.toLowerCase() === 'https' ? 443 : 80
  return {
    scheme: scheme.toLowerCase(),
    host: host.replace(/^\[|\]$/g, ''),
    port: port === undefined ? standard : Number(port),
    path: path.startsWith('/') ? path : `/${path}`,
    authority: port === undefined || Number(port) === standard ? host : `${host}:${port}`,
    typed: authority,
  }
}
