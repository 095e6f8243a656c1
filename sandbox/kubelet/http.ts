import type { V1HTTPGetAction } from '@kubernetes/client-node'
import type { Connection, Runtime } from '../contracts.ts'
import type { Wire } from '../kubernetes.ts'
import { messageOf } from './kubelet.ts'
import type { Container } from './state.ts'

type HttpGet = Wire<V1HTTPGetAction>

export interface Answer {
  readonly status: number
  readonly body: string
}

/** A port by its number, or by its name among the container's. */
export function portOf(container: Container | undefined, port: string | number): number {
  if (typeof port === 'number') return port
  const named = container?.ports?.find(({ name }) => name === port)
  if (named !== undefined) return named.containerPort
  const number = Number(port)
  if (Number.isInteger(number)) return number
  throw new Error(`couldn't find port named "${port}" in container`)
}

/** dial tcp 10.244.0.5:80: connect: connection refused */
export async function dial(runtime: Runtime, host: string, port: number, signal: AbortSignal): Promise<Connection> {
  const reached = `dial tcp ${host}:${port}: `
  const late = new Promise<never>((_, fail) =>
    signal.addEventListener('abort', () => fail(new Error('i/o timeout')), { once: true }),
  )
  try {
    return await Promise.race([runtime.connect(host, port), late])
  } catch (error) {
    const why = messageOf(error)
    if (why.startsWith('dial ')) throw error
    throw new Error(
      reached + (/timed? ?-?out/i.test(why) ? 'i/o timeout' : `connect: ${why.replace(/^connect: /, '')}`),
      { cause: error },
    )
  }
}

/** One GET as the kubelet's probes and hooks make it. Rejects in net/http's words. */
export async function get(
  runtime: Runtime,
  container: Container | undefined,
  ip: string,
  action: HttpGet,
  agent: string,
  signal: AbortSignal,
): Promise<Answer> {
  const { path = '/', scheme = 'HTTP', httpHeaders = [] } = action
  const host = action.host || ip
  const port = portOf(container, action.port)
  const target = path.startsWith('/') ? path : `/${path}`
  const url = `${scheme.toLowerCase()}://${host}:${port}${target}`
  try {
    const connection = await dial(runtime, host, port, signal)
    const close = () => connection.close()
    signal.addEventListener('abort', close)
    try {
      const own = new Map([
        ['host', `Host: ${host}:${port}`],
        ['user-agent', `User-Agent: ${agent}`],
        ['accept', 'Accept: */*'],
        ['connection', 'Connection: close'],
      ])
      for (const { name, value } of httpHeaders) own.set(name.toLowerCase(), `${name}: ${value}`)
      await connection.write(Buffer.from(`GET ${target} HTTP/1.1\r\n${[...own.values()].join('\r\n')}\r\n\r\n`))
      return await answerOf(connection)
    } finally {
      signal.removeEventListener('abort', close)
      connection.close()
    }
  } catch (error) {
    const why = signal.aborted
      ? 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
      : messageOf(error)
    throw new Error(`Get "${url}": ${why}`, { cause: error })
  }
}

const longest = 10 * 1024

async function answerOf(connection: Connection): Promise<Answer> {
  let text = ''
  for await (const data of connection.output) {
    text += Buffer.from(data).toString('latin1')
    if (text.length > 8 * longest) break
    const [head = '', ...rest] = text.split('\r\n\r\n')
    const length = /^content-length: *(\d+)/im.exec(head)?.[1]
    const body = rest.join('\r\n\r\n')
    if (rest.length > 0 && (body.length >= longest || (length !== undefined && body.length >= Number(length)))) break
  }
  const status = /^HTTP\/1\.\d (\d{3})/.exec(text)?.[1]
  if (status === undefined)
    throw new Error(
      text === ''
        ? 'EOF'
        : `net/http: HTTP/1.x transport connection broken: malformed HTTP response ${JSON.stringify(text.split('\r\n')[0])}`,
    )
  return { status: Number(status), body: text.slice(text.indexOf('\r\n\r\n') + 4) }
}
