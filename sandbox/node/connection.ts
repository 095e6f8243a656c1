import type { Connection } from '../contracts.ts'
import { endless, outside } from './kernel/description.ts'
import type { NetworkNamespace } from './net/namespace.ts'
import type { Network } from './net/network.ts'
import type { SocketEnd } from './net/socket.ts'
import { Errno } from './process.ts'

const piece = 32_768

/** A connection that the node opens: a probe's, or a forwarded port's. */
export async function connect(
  network: Network,
  from: NetworkNamespace | undefined,
  ip: string,
  port: number,
): Promise<Connection> {
  try {
    const end = await network.connect(from, ip, port, outside.ending)
    end.hold()
    const closing = endless()
    let open = true
    const close = () => {
      if (open) end.drop()
      open = false
      closing.abort()
    }
    return {
      write: async (data) => {
        if (data === null) end.end()
        else await end.write(data, { ending: closing.signal }).catch(() => {})
      },
      output: output(end, closing.signal),
      close,
    }
  } catch (error) {
    // net.OpError's words.
    if (error instanceof Errno)
      throw new Error(`dial tcp ${ip}:${port}: connect: ${error.message.toLowerCase()}`, { cause: error })
    throw error
  }
}

async function* output(end: SocketEnd, ending: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    for (;;) {
      const data = await end.read(piece, { ending })
      if (data.length === 0) return
      yield data
    }
  } catch {
    // Closed.
  }
}
