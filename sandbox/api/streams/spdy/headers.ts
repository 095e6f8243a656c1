// SPDY/3.1's header blocks: names and values with their lengths, through one zlib stream a direction, both primed with the protocol's dictionary.
import { constants, createDeflate, createInflate } from 'node:zlib'
import type { Deflate, Inflate } from 'node:zlib'

const words =
  'options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges age allow authorization cache-control ' +
  'connection content-base content-encoding content-language content-length content-location content-md5 content-range content-type date etag ' +
  'expect expires from host if-match if-modified-since if-none-match if-range if-unmodified-since last-modified location max-forwards pragma ' +
  'proxy-authenticate proxy-authorization range referer retry-after server te trailer transfer-encoding upgrade user-agent vary via warning ' +
  'www-authenticate method get status'
const wordsWithSpaces = ['200 OK', 'version', 'HTTP/1.1', 'url', 'public', 'set-cookie', 'keep-alive', 'origin']
const tail =
  '100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505203 Non-Authoritative Information' +
  '204 No Content301 Moved Permanently400 Bad Request401 Unauthorized403 Forbidden404 Not Found500 Internal Server Error' +
  '501 Not Implemented503 Service UnavailableJan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, ' +
  'Sat, Sun, GMTchunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,text/javascript,' +
  'publicprivatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.'

const sized = (text: string) => {
  const bytes = Buffer.from(text)
  return Buffer.concat([uint32(bytes.length), bytes])
}

function uint32(number: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(number)
  return bytes
}

const dictionary = Buffer.concat([...words.split(' '), ...wordsWithSpaces].map(sized).concat(Buffer.from(tail)))

/** Names in lower case. */
export type Headers = ReadonlyMap<string, string>

/** More than any client of port-forward sends; a small block can inflate to a large one. */
const longestBlock = 65_536

/** The two streams of one connection. Blocks have to come in the order of their frames. */
export class HeaderBlocks {
  readonly #inflate = createInflate({ dictionary, finishFlush: constants.Z_SYNC_FLUSH })
  readonly #deflate = createDeflate({ dictionary })

  constructor() {
    // Each read and write listens for itself; what goes wrong in between is the connection's end, too.
    for (const zlib of [this.#inflate, this.#deflate]) zlib.on('error', () => {})
  }

  async read(block: Uint8Array): Promise<Headers> {
    const bytes = await through(this.#inflate, block)
    const headers = new Map<string, string>()
    let at = 4
    const next = () => {
      const end = at + 4 + bytes.readUInt32BE(at)
      const text = bytes.toString('utf8', at + 4, end)
      at = end
      return text
    }
    for (let left = bytes.readUInt32BE(0); left > 0; left -= 1) headers.set(next().toLowerCase(), next())
    return headers
  }

  async write(headers: Headers): Promise<Buffer> {
    const pairs = [...headers].flatMap(([name, value]) => [sized(name), sized(value)])
    return through(this.#deflate, Buffer.concat([uint32(headers.size), ...pairs]))
  }

  close(): void {
    this.#inflate.destroy()
    this.#deflate.destroy()
  }
}

function through(zlib: Inflate | Deflate, input: Uint8Array): Promise<Buffer> {
  return new Promise((done, fail) => {
    const chunks: Buffer[] = []
    let length = 0
    const end = () => {
      zlib.off('data', collect)
      zlib.off('error', failed)
    }
    const failed = (error: Error) => {
      end()
      fail(error)
    }
    const collect = (chunk: Buffer) => {
      chunks.push(chunk)
      length += chunk.length
      if (length > longestBlock) zlib.destroy(new Error('a header block is too long'))
    }
    zlib.on('data', collect)
    zlib.on('error', failed)
    zlib.write(input)
    zlib.flush(constants.Z_SYNC_FLUSH, () => {
      end()
      done(Buffer.concat(chunks))
    })
  })
}
