// What a Pod streams: exec, attach, portforward, and its log.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { badRequest, Refusal } from '../../refusal.ts'
import type { ApiContext } from '../context.ts'
import { resourcePath } from '../path.ts'
import type { ResourcePath } from '../path.ts'
import { channelProtocols, overChannels } from './channels.ts'
import { logs } from './log.ts'
import { forwardPorts, tunnelProtocol } from './portforward.ts'
import { messages, send, webSocket } from './socket.ts'
import type { Transport } from './spdy/connection.ts'
import { checkScheduled, containerOf, podAt } from './target.ts'

interface Streams {
  /** undefined for what is no stream. */
  answer(request: IncomingMessage, response: ServerResponse): Promise<void> | undefined
  upgrade(request: IncomingMessage, socket: Socket, head: Buffer): Promise<void>
}

const upgradable = new Set(['exec', 'attach', 'portforward'])

const notAllowed = () =>
  new Refusal(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {})

export function streams(context: ApiContext): Streams {
  const answer = async (request: IncomingMessage, response: ServerResponse, { path, query }: Asked) => {
    const isLog = path.subresource === 'log'
    if (!(isLog ? ['GET', 'HEAD'] : ['GET', 'POST']).includes(request.method ?? '')) throw notAllowed()
    const pod = podAt(context, path.namespace, path.name)
    if (isLog) return logs(context, pod, query, request, response)
    if (path.subresource !== 'portforward') containerOf(pod, query.get('container'))
    checkScheduled(pod)
    throw badRequest('Upgrade request required')
  }

  const upgrade = async (request: IncomingMessage, socket: Socket, head: Buffer, { path, query }: Asked) => {
    const pod = podAt(context, path.namespace, path.name)
    const container = path.subresource === 'portforward' ? '' : containerOf(pod, query.get('container'))
    checkScheduled(pod)
    if (path.subresource === 'portforward')
      return forwardPorts(await transportOf(request, socket, head), pod, context.kubelet)
    const wants = (name: string) => ['true', '1'].includes(query.get(name) ?? '')
    const wanted = { stdin: wants('stdin'), stdout: wants('stdout'), stderr: wants('stderr') && !wants('tty') }
    const asked = { tty: wants('tty'), stdin: wanted.stdin }
    const ws = await webSocket(request, socket, head, channelProtocols)
    await overChannels(ws, wanted, () =>
      path.subresource === 'exec'
        ? context.kubelet.exec(pod, container, { ...asked, argv: query.getAll('command') })
        : context.kubelet.attach(pod, container, asked),
    )
  }

  return {
    answer: (request, response) => {
      const asked = askedBy(request)
      return asked === undefined ? undefined : answer(request, response, asked)
    },
    upgrade: async (request, socket, head) => {
      const asked = askedBy(request)
      if (asked === undefined || !upgradable.has(asked.path.subresource))
        throw badRequest('nothing here becomes another protocol')
      return upgrade(request, socket, head, asked)
    },
  }
}

interface Asked {
  readonly path: ResourcePath
  readonly query: URLSearchParams
}

function askedBy(request: IncomingMessage): Asked | undefined {
  const [pathname = '/', search = ''] = (request.url ?? '/').split(/\?(.*)/su)
  const path = resourcePath(pathname)
  if (path === undefined || path.group !== '' || path.version !== 'v1' || path.plural !== 'pods') return undefined
  if (path.rest !== '' || !(upgradable.has(path.subresource) || path.subresource === 'log')) return undefined
  return { path, query: new URLSearchParams(search) }
}

/** SPDY inside a WebSocket, as kubectl tunnels it from 1.31 on. */
async function transportOf(request: IncomingMessage, socket: Socket, head: Buffer): Promise<Transport> {
  const ws = await webSocket(request, socket, head, [tunnelProtocol])
  return { input: messages(ws), send: (data) => send(ws, data), close: () => ws.close(1000) }
}
