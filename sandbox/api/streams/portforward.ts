// A pair of SPDY streams, "data" and "error", for every connection that kubectl has accepted. Upstream: pkg/kubelet/portforward/httpstream.go.
import type { Connection, KubeletApi } from '../../contracts.ts'
import type { Pod } from '../../kubernetes.ts'
import { spdy } from './spdy/connection.ts'
import type { SpdyStream, Transport } from './spdy/connection.ts'

export const tunnelProtocol = 'SPDY/3.1+portforward.k8s.io'

export async function forwardPorts(transport: Transport, pod: Pod, kubelet: KubeletApi): Promise<void> {
  const errors = new Map<string, SpdyStream>()
  const connected = new Set<Connection>()
  await spdy(transport, (stream) => {
    const request = stream.headers.get('requestid') ?? ''
    if (stream.headers.get('streamtype') === 'error') {
      errors.set(request, stream)
      return
    }
    const error = errors.get(request)
    errors.delete(request)
    const port = Number(stream.headers.get('port'))
    if (error === undefined || !(port > 0 && port < 65_536)) return void stream.reset()
    void connect(stream, error, port, pod, kubelet, connected)
  }).finally(() => {
    for (const connection of connected) connection.close()
  })
}

async function connect(
  stream: SpdyStream,
  error: SpdyStream,
  port: number,
  pod: Pod,
  kubelet: KubeletApi,
  connected: Set<Connection>,
): Promise<void> {
  const connecting = kubelet.forward(pod, port)
  stream.onData = async (data) => {
    const connection = await connecting.catch(() => undefined)
    await connection?.write(data)
  }
  try {
    const connection = await connecting
    connected.add(connection)
    try {
      for await (const data of connection.output) await stream.send(data)
    } finally {
      connected.delete(connection)
      connection.close()
    }
    await stream.send(nothing, true)
    await error.send(nothing, true)
  } catch (thrown) {
    await error.send(Buffer.from(thrown instanceof Error ? thrown.message : String(thrown)), true)
    await stream.send(nothing, true)
  }
}

const nothing = new Uint8Array(0)
