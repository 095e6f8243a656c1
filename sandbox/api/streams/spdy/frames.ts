// The frames of SPDY/3.1 (draft-mbelshe-httpbis-spdy-00, section 2.2), without their header blocks.
export type Frame =
  | { readonly type: 'data'; readonly stream: number; readonly last: boolean; readonly data: Uint8Array }
  | { readonly type: 'open'; readonly stream: number; readonly last: boolean; readonly block: Uint8Array }
  | { readonly type: 'reset'; readonly stream: number }
  | { readonly type: 'ping'; readonly id: number }
  | { readonly type: 'away' }
  /** Settings, window updates, priorities: nothing that port-forward's clients wait for. */
  | { readonly type: 'other' }

const control = 0x80
const version = 3
const kinds = { open: 1, reply: 2, reset: 3, ping: 6, away: 7 }
const lastFlag = 1

/** Larger than what spdystream ever sends, which is what io.Copy reads at once. */
const longestFrame = 1 << 20

/** Cuts a stream of bytes into frames. Throws where it is none. */
export class FrameReader {
  #rest = Buffer.alloc(0)

  read(chunk: Uint8Array): readonly Frame[] {
    const frames: Frame[] = []
    this.#rest = Buffer.concat([this.#rest, chunk])
    while (this.#rest.length >= 8) {
      const length = this.#rest.readUIntBE(5, 3)
      if (length > longestFrame) throw new Error(`a frame of ${length} bytes is too long`)
      if (this.#rest.length < 8 + length) break
      const frame = this.#rest.subarray(0, 8 + length)
      this.#rest = this.#rest.subarray(8 + length)
      frames.push(frameOf(frame))
    }
    return frames
  }
}

function frameOf(bytes: Buffer): Frame {
  const last = (bytes.readUInt8(4) & lastFlag) !== 0
  const body = bytes.subarray(8)
  if ((bytes.readUInt8(0) & control) === 0) return { type: 'data', stream: bytes.readUInt32BE(0), last, data: body }
  if ((bytes.readUInt16BE(0) & 0x7fff) !== version) throw new Error('this is not SPDY/3.1')
  switch (bytes.readUInt16BE(2)) {
    case kinds.open:
      return { type: 'open', stream: body.readUInt32BE(0) & 0x7fffffff, last, block: body.subarray(10) }
    case kinds.reset:
      return { type: 'reset', stream: body.readUInt32BE(0) & 0x7fffffff }
    case kinds.ping:
      return { type: 'ping', id: body.readUInt32BE(0) }
    case kinds.away:
      return { type: 'away' }
    default:
      return { type: 'other' }
  }
}

export function dataFrame(stream: number, data: Uint8Array, last: boolean): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(stream)
  head.writeUInt32BE(((last ? lastFlag : 0) << 24) | data.length, 4)
  return Buffer.concat([head, data])
}

const controlFrame = (kind: number, numbers: readonly number[], rest: Uint8Array = Buffer.alloc(0)) => {
  const body = Buffer.alloc(8 + numbers.length * 4)
  body.writeUInt16BE((control << 8) | version)
  body.writeUInt16BE(kind, 2)
  body.writeUInt32BE(numbers.length * 4 + rest.length, 4)
  for (const [index, number] of numbers.entries()) body.writeUInt32BE(number, 8 + index * 4)
  return Buffer.concat([body, rest])
}

export const replyFrame = (stream: number, block: Uint8Array) => controlFrame(kinds.reply, [stream], block)
export const pingFrame = (id: number) => controlFrame(kinds.ping, [id])
/** RST_STREAM with CANCEL. */
export const resetFrame = (stream: number) => controlFrame(kinds.reset, [stream, 5])
