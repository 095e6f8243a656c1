import { dataFrame, FrameReader, pingFrame, replyFrame, resetFrame } from './frames.ts'
import type { Frame } from './frames.ts'
import { HeaderBlocks } from './headers.ts'
import type { Headers } from './headers.ts'

/** The bytes under it: a WebSocket's messages, or a connection itself. */
export interface Transport {
  readonly input: AsyncIterable<Uint8Array>
  /** Resolves when it has gone out. */
  send(data: Uint8Array): Promise<void>
  close(): void
}

/** A stream that the other side has opened. */
export interface SpdyStream {
  readonly headers: Headers
  /** In order, one after another; null at the end. What it returns is waited for: the connection is read no further meanwhile. */
  onData: (data: Uint8Array | null) => Promise<void> | void
  send(data: Uint8Array, last?: boolean): Promise<void>
  reset(): Promise<void>
}

/** The server's side of a SPDY/3.1 connection, until its input ends. spdystream keeps no flow windows, so neither does this. */
export async function spdy(transport: Transport, opened: (stream: SpdyStream) => void): Promise<void> {
  const blocks = new HeaderBlocks()
  const streams = new Map<number, SpdyStream>()
  const reader = new FrameReader()
  const streamOf = (id: number, headers: Headers): SpdyStream => ({
    headers,
    onData: () => {},
    send: (data, last = false) => transport.send(dataFrame(id, data, last)),
    reset: () => transport.send(resetFrame(id)),
  })
  try {
    for await (const chunk of transport.input)
      for (const frame of reader.read(chunk)) {
        if (frame.type === 'away') return
        await take(frame)
      }
  } catch {
    // No SPDY, or no connection any more: both are its end.
  } finally {
    transport.close()
    blocks.close()
    for (const stream of streams.values()) await stream.onData(null)
  }

  async function take(frame: Frame): Promise<void> {
    switch (frame.type) {
      case 'open': {
        const stream = streamOf(frame.stream, await blocks.read(frame.block))
        streams.set(frame.stream, stream)
        await transport.send(replyFrame(frame.stream, await blocks.write(new Map())))
        opened(stream)
        return frame.last ? ended(frame.stream) : undefined
      }
      case 'data':
        if (frame.data.length > 0) await streams.get(frame.stream)?.onData(frame.data)
        return frame.last ? ended(frame.stream) : undefined
      case 'reset':
        return ended(frame.stream)
      case 'ping':
        return transport.send(pingFrame(frame.id))
      case 'away':
      case 'other':
    }
  }

  async function ended(id: number): Promise<void> {
    const stream = streams.get(id)
    streams.delete(id)
    await stream?.onData(null)
  }
}
