import { readFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { Agent, request } from 'node:https'
import { createInterface } from 'node:readline'
import { parse } from 'yaml'
import type { Json, JsonObject } from '../../../sandbox/schema/json.ts'

export interface Question {
  readonly method: string
  readonly path: string
  /** A text is sent as it is. */
  readonly body?: Json
  readonly type?: string | undefined
  readonly accept?: string | undefined
}

export interface Answer {
  readonly code: number
  readonly text: string
  readonly warnings: readonly string[]
}

export type Ask = (question: Question) => Promise<Answer>

interface Kubeconfig {
  readonly clusters: readonly [{ readonly cluster: Readonly<Record<string, string>> }]
  readonly users: readonly [{ readonly user: Readonly<Record<string, string>> }]
}

/** Asks a cluster without kubectl, as its kubeconfig's user. */
export async function asker(kubeconfig: string): Promise<Ask> {
  const send = await sender(kubeconfig)
  return async (question) => {
    const response = await send(question)
    const chunks: Buffer[] = []
    for await (const chunk of response) chunks.push(chunk as Buffer)
    const [, ...warnings] = (response.headers['warning'] ?? '').split(/(?:^|, )299 - /)
    return { code: response.statusCode ?? 0, text: Buffer.concat(chunks).toString(), warnings }
  }
}

export interface WatchEvent {
  readonly type: string
  readonly object: JsonObject
}

/** Calls with all that happens at a path from now on, what is there first, until the signal. Resolves when it has begun. */
export async function watching(
  kubeconfig: string,
  path: string,
  signal: AbortSignal,
  see: (event: WatchEvent) => void,
): Promise<void> {
  const send = await sender(kubeconfig)
  const response = await send({ method: 'GET', path: `${path}?watch=true` })
  signal.addEventListener('abort', () => response.destroy())
  response.on('error', () => {})
  createInterface(response)
    .on('line', (line) => see(JSON.parse(line) as WatchEvent))
    .on('error', () => {})
}

async function sender(kubeconfig: string): Promise<(question: Question) => Promise<IncomingMessage>> {
  const { clusters, users } = parse(await readFile(kubeconfig, 'utf8')) as Kubeconfig
  const [{ cluster }, { user }] = [clusters[0], users[0]]
  const decoded = (data = '') => (data === '' ? undefined : Buffer.from(data, 'base64').toString())
  const agent = new Agent({
    keepAlive: true,
    ca: decoded(cluster['certificate-authority-data']),
    cert: decoded(user['client-certificate-data']),
    key: decoded(user['client-key-data']),
  })
  const bearer = user['token'] === undefined ? {} : { authorization: `Bearer ${user['token']}` }
  return ({ method, path, body, type = 'application/json', accept = 'application/json' }) =>
    new Promise((done, fail) => {
      const data = body === undefined || typeof body === 'string' ? (body ?? '') : JSON.stringify(body)
      const length = { 'content-length': Buffer.byteLength(data) }
      const headers = { accept, ...bearer, ...(body === undefined ? {} : { 'content-type': type, ...length }) }
      const asked = request(`${cluster['server']}${path}`, { method, agent, headers }, done)
      asked.on('error', fail)
      asked.end(data)
    })
}
