import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Names } from '../contracts.ts'
import { kindOf } from '../facts/names.ts'
import type { JsonObject } from '../schema/json.ts'
import { openApi } from '../schema/openapi.ts'
import type { Answer, Call } from './call.ts'
import type { ApiContext } from './context.ts'
import { discovery, resourcesOf } from './discovery.ts'
import { formOf } from './negotiation.ts'
import { resourcePath } from './path.ts'
import { listText, objectText, printedAs } from './render.ts'
import { noSuchResource, notAllowed } from './refusals.ts'
import { isReview, review } from './reviews.ts'
import { sendStatus } from './status.ts'
import { unmodelledFile } from './unmodelled.ts'
import { verbOf } from './verbs/index.ts'
import { versionInfo } from './version.ts'
import { warn } from './warnings.ts'

/** Answers what has been let in already. */
export function handler(context: ApiContext): (request: IncomingMessage, response: ServerResponse) => void {
  const resources = resourcesOf(context)
  const byPath = new Map(resources.map((names) => [`${names.group}/${names.version}/${names.plural}`, names]))
  const documents = openApi(resources, context.version)

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const [pathname = '/', search = ''] = (request.url ?? '/').split(/\?(.*)/su)
    const query = new URLSearchParams(search)
    const fixed = fixedAnswer(pathname, query, context, resources)
    if (fixed !== undefined) return send(response, 200, fixed.type, fixed.text)
    if (pathname === '/openapi/v2') return send(response, 200, emptyOpenApi, '')
    if (pathname === '/openapi/v3' || pathname.startsWith('/openapi/v3/')) {
      const document = documents(pathname)
      if (document === undefined) return sendNoPage(response)
      for (const [name, value] of Object.entries(document.headers)) response.setHeader(name, value)
      const seen = request.headers['if-none-match']
      if (seen !== undefined && seen === document.headers['ETag']) return void response.writeHead(304).end()
      return send(response, 200, 'application/json', document.text)
    }
    const path = resourcePath(pathname)
    if (path === undefined) {
      const found = /^\/apis?(?:\/|$)/u.test(pathname) ? discovery(resources, pathname, request) : undefined
      return found === undefined
        ? sendNoPage(response)
        : send(response, 200, found.type, `${JSON.stringify(found.json)}\n`)
    }
    const names = byPath.get(`${path.group}/${path.version}/${path.plural}`)
    if (names === undefined) {
      if (!resources.some(({ group, version }) => group === path.group && version === path.version))
        return sendNoPage(response)
      throw noSuchResource()
    }
    if (path.namespace !== '' && !names.namespaced) throw noSuchResource()
    if (isReview(names)) return sendReview(context, names, query, request, response)
    const kind = kindOf(names)
    const file = context.kinds.get(kind)
    const call: Call = {
      context,
      kind,
      names,
      file: file?.names.version === names.version ? file : unmodelledFile(names),
      namespace: path.namespace,
      name: path.name,
      query,
      request,
      response,
    }
    const verb = verbOf(call, path, file === undefined)
    const old = Object.hasOwn(deprecated, kind) ? deprecated[kind] : undefined
    if (old !== undefined) warn(response, [old])
    sendAnswer(call, await verb(call))
  }

  return (request, response) => void answer(request, response).catch((error: unknown) => sendStatus(response, error))
}

async function sendReview(
  context: ApiContext,
  names: Names,
  query: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
) {
  if (request.method !== 'POST') throw notAllowed()
  const answered: JsonObject = await review(context, names, { query, request, response })
  return send(response, 201, 'application/json', `${JSON.stringify(answered)}\n`)
}

/** In protobuf, of nothing: kubectl asks for it where it has found no such kind in v3, a List among them, and then does without. */
const emptyOpenApi = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf'

/** Said with every answer about them. */
const deprecated: Readonly<Record<string, string>> = {
  endpoints: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  componentstatuses: 'v1 ComponentStatus is deprecated in v1.19+',
}

interface Text {
  readonly type: string
  readonly text: string
}

const health = new Set(['/healthz', '/livez', '/readyz', '/healthz/ping', '/livez/ping', '/readyz/ping'])

function fixedAnswer(
  path: string,
  query: URLSearchParams,
  context: ApiContext,
  resources: readonly Names[],
): Text | undefined {
  if (health.has(path)) {
    const checked = `[+]ping ok\n[+]log ok\n${path.slice(1)} check passed\n`
    return { type: 'text/plain; charset=utf-8', text: query.has('verbose') ? checked : 'ok' }
  }
  if (path === '/version' || path === '/version/')
    return { type: 'application/json', text: JSON.stringify(versionInfo(context.version), null, 2) }
  if (path === '/') return { type: 'application/json', text: JSON.stringify({ paths: pathsOf(resources) }, null, 2) }
  return undefined
}

function pathsOf(resources: readonly Names[]): readonly string[] {
  const groups = resources.flatMap(({ group, version }) =>
    group === '' ? ['/api', `/api/${version}`] : ['/apis', `/apis/${group}`, `/apis/${group}/${version}`],
  )
  return [...new Set([...groups, ...health, '/openapi/v3', '/version'])].toSorted()
}

function send(response: ServerResponse, code: number, type: string, text: string): void {
  if (!response.hasHeader('Cache-Control')) response.setHeader('Cache-Control', 'no-cache, private')
  response.writeHead(code, { 'Content-Type': type }).end(text)
}

const sendNoPage = (response: ServerResponse) =>
  send(response, 404, 'text/plain; charset=utf-8', '404 page not found\n')

function sendAnswer(call: Call, answer: Answer): void {
  if (answer === 'streamed') return
  send(call.response, answer.code, 'application/json', `${answerText(call, answer)}\n`)
}

function answerText({ request, query, file, context }: Call, answer: Exclude<Answer, 'streamed'>): string {
  if ('json' in answer) return JSON.stringify(answer.json)
  const form = formOf(request, query)
  const now = context.clock.now()
  return 'items' in answer
    ? listText(form, printedAs(file), answer.items, answer.metadata, now)
    : objectText(form, printedAs(file), answer.object, now)
}
