import { type ClientRequest, type IncomingMessage, request as ask } from 'node:http'
import { Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Connection } from '../../contracts.ts'
import type { Endpoints, Pod, Service } from '../../kubernetes.ts'
import { badRequest, Refusal } from '../../refusal.ts'
import type { Answer, Call } from '../call.ts'
import { existing } from './get.ts'

interface Target {
  readonly secure: boolean
  readonly ip: string
  readonly port: number
}

/** One request to a Pod or a Service, passed on over the Pods' own network: k8s.io/apimachinery/pkg/util/proxy. */
export async function proxy(call: Call): Promise<Answer> {
  const { request, response, context } = call
  const [, prefix = '', path = '', search = ''] = /^(.*?\/proxy)(\/[^?]*)?(\?.*)?$/s.exec(request.url ?? '') ?? []
  const target = targetOf(call)
  if (path === '' && request.method === 'GET') {
    response.writeHead(301, { Location: `${prefix}/${search}`, 'Content-Length': 0 }).end()
    return 'streamed'
  }
  try {
    const connection = await context.kubelet.dial(target.ip, target.port)
    if (target.secure) {
      connection.close()
      throw new Error('tls: first record does not look like a TLS handshake')
    }
    const asked = passOn(request, target, `${path === '' ? '/' : path}${search}`, connection)
    response.once('close', () => asked.destroy())
    const [answer] = await Promise.all([answerOf(asked), pipeline(request, asked)])
    const headers = withoutHops(answer.headers)
    const { location } = headers
    if (location?.startsWith('/') === true) headers.location = prefix + location
    response.writeHead(answer.statusCode ?? 502, headers)
    await pipeline(answer, response)
  } catch (error) {
    if (response.headersSent) return 'streamed'
    throw unavailable(`error trying to reach service: ${(error as Error).message}`)
  }
  return 'streamed'
}

const unavailable = (why: string) => new Refusal(503, 'ServiceUnavailable', why)

function passOn(request: IncomingMessage, { ip, port }: Target, path: string, connection: Connection): ClientRequest {
  // The token is for the API server.
  const { authorization: _, host = '', ...headers } = withoutHops(request.headers)
  const forwarded = { 'x-forwarded-for': '127.0.0.1', 'x-forwarded-host': host, 'x-forwarded-proto': 'https' }
  return ask({
    createConnection: () => streamOf(connection),
    method: request.method,
    path,
    headers: { host: `${ip}:${port}`, ...headers, ...forwarded, 'x-forwarded-uri': request.url, connection: 'close' },
  })
}

const answerOf = (asked: ClientRequest) =>
  new Promise<IncomingMessage>((done, fail) => void asked.once('response', done).once('error', fail))

/** What is between two neighbours only. */
const hops = new Set('connection keep-alive proxy-connection te trailer transfer-encoding upgrade'.split(' '))

const withoutHops = (headers: IncomingMessage['headers']): IncomingMessage['headers'] =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !hops.has(name)))

function streamOf(connection: Connection): Duplex {
  const input = connection.output[Symbol.asyncIterator]()
  const stream: Duplex = new Duplex({
    read: () =>
      void input.next().then(
        ({ done, value }) => stream.push(done === true ? null : value),
        (error: Error) => stream.destroy(error),
      ),
    write: (data: Uint8Array, _, more) => void connection.write(data).then(() => more()),
    final: (ended) => void connection.write(null).then(() => ended()),
    destroy: (error, destroyed) => {
      connection.close()
      destroyed(error)
    },
  })
  return stream
}

/** "https:name:port", with as much of it as is said. */
function targetOf(call: Call): Target {
  const parts = call.name.split(':')
  const [scheme, name = '', port = ''] = parts.length === 3 ? parts : ['', ...parts]
  if (parts.length > 3 || name === '')
    throw badRequest(`invalid ${call.names.singular} request ${JSON.stringify(call.name)}`)
  const found = existing({ ...call, name })
  const where = call.kind === 'pods' ? podTarget(found, port) : serviceTarget(call, found, port)
  return { secure: scheme === 'https', ...where }
}

function podTarget({ spec, status }: Pod, port: string) {
  const { podIP: ip = '' } = status ?? {}
  if (ip === '') throw badRequest('address not allowed')
  const [first] = (spec?.containers ?? []).flatMap(({ ports = [] }) => ports)
  return { ip, port: Number(port === '' ? (first?.containerPort ?? 80) : port) }
}

function serviceTarget({ context, namespace, name: asked }: Call, { metadata: { name }, spec }: Service, port: string) {
  const declared = spec?.ports?.find((each) => String(each.port) === port)
  if (/^\d+$/.test(port) && declared === undefined)
    throw unavailable(`no service port ${port} found for service ${JSON.stringify(name)}`)
  const wanted = declared === undefined ? port : (declared.name ?? '')
  const { subsets = [] } = context.store.get<Endpoints>({ kind: 'endpoints', namespace, name }) ?? {}
  for (const { addresses: [address] = [], ports = [] } of subsets) {
    const there = ports.find((each) => (each.name ?? '') === wanted)
    if (address !== undefined && there !== undefined) return { ip: address.ip, port: there.port }
  }
  throw unavailable(`no endpoints available for service ${JSON.stringify(subsets.length === 0 ? name : asked)}`)
}
