import type { ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { Change } from '../../contracts.ts'
import type { Obj } from '../../kubernetes.ts'
import { invalid, Refusal } from '../../refusal.ts'
import type { Answer, Call } from '../call.ts'
import { type Form, formOf } from '../negotiation.ts'
import { apiVersionOf } from '../../facts/names.ts'
import { objectText, printedAs, tableText } from '../render.ts'
import { selectionOf } from '../selection.ts'
import { statusOf } from '../status.ts'
import { textOf } from '../../store/text.ts'

const most = 1000
const bookmarkEvery = 60_000
let open = 0

/** Streams changes until the client goes or its time is up. */
export async function watch(call: Call): Promise<Answer> {
  const { context, file, kind, namespace, query, request, response } = call
  const start = startOf(query, context.store.resourceVersion)
  const selection = selectionOf(file, namespace, query)
  const form = formOf(request, query)
  if (open >= most)
    throw new Refusal(429, 'TooManyRequests', 'Too many requests, please try again later.', { retryAfterSeconds: 1 })
  open += 1
  const ended = new AbortController()
  response.once('close', () => ended.abort())
  const bookmarks = query.get('allowWatchBookmarks') === 'true'
  const write = writer(call, form)
  const stopBookmarks = context.clock.every(bookmarkEvery, () => {
    if (bookmarks) void write('BOOKMARK', bookmark(call, context.store.resourceVersion))
  })
  limitTime(call, ended)
  response.writeHead(200, { 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' })
  response.flushHeaders()
  try {
    if (start.initial) {
      const { items, resourceVersion } = context.store.list(kind, selection)
      const changes = context.store.watch(kind, resourceVersion, selection, ended.signal)
      for (const object of items) await write('ADDED', object)
      if (start.marked && bookmarks) await write('BOOKMARK', bookmark(call, resourceVersion, true))
      await pass(changes, write)
    } else await pass(context.store.watch(kind, start.from, selection, ended.signal), write)
  } catch (error) {
    if (!response.destroyed) response.write(`{"type":"ERROR","object":${JSON.stringify(statusOf(error))}}\n`)
  } finally {
    open -= 1
    stopBookmarks()
    ended.abort()
    response.end()
  }
  return 'streamed'
}

interface Start {
  readonly from: number
  /** Begin with what is there. */
  readonly initial: boolean
  /** And say where that ends. */
  readonly marked: boolean
}

/** k8s.io/apimachinery's ValidateListOptions, and what each resourceVersion means to a watch. */
function startOf(query: URLSearchParams, current: number): Start {
  const text = query.get('resourceVersion') ?? ''
  const match = query.get('resourceVersionMatch') ?? ''
  const initial = query.get('sendInitialEvents')
  const refuse = (field: string, why: string) =>
    invalid('ListOptions.meta.k8s.io', '', [{ field, reason: 'FieldValueForbidden', message: `Forbidden: ${why}` }])
  if (initial === null && match !== '')
    throw refuse(
      'resourceVersionMatch',
      'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
    )
  if (initial !== null && match !== 'NotOlderThan')
    throw refuse('resourceVersionMatch', 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan')
  if (!/^\d*$/u.test(text))
    throw new Refusal(
      500,
      '',
      `resourceVersion: Invalid value: "${text}": strconv.ParseUint: parsing "${text}": invalid syntax`,
    )
  const from = Number(text)
  if (initial === 'true') return { from: current, initial: true, marked: true }
  if (initial !== null) return { from: from === 0 ? current : from, initial: false, marked: false }
  return { from, initial: from === 0, marked: false }
}

type Write = (type: Change['type'], object: Obj) => Promise<void>

async function pass(changes: AsyncIterable<Change>, write: Write): Promise<void> {
  for await (const { type, object } of changes) await write(type, object)
}

/** Writes one line per event, and waits for a client that does not read. */
function writer({ context, file, response }: Call, form: Form): Write {
  const printed = printedAs(file)
  let headers = true
  const text = (type: Change['type'], object: Obj) => {
    if (form.as !== 'table')
      return type === 'BOOKMARK' ? textOf(object) : objectText(form, printed, object, context.clock.now())
    const { resourceVersion } = object.metadata
    // A bookmark has nothing that a cell could show.
    const columns = type === 'BOOKMARK' ? printed.columns.map((each) => ({ ...each, cell: () => '' })) : printed.columns
    const table = tableText(form, columns, [object], { resourceVersion }, context.clock.now(), headers)
    headers = false
    return table
  }
  return async (type, object) => {
    if (response.destroyed) return
    if (!response.write(`{"type":"${type}","object":${text(type, object)}}\n`)) await drained(response)
  }
}

async function drained(response: ServerResponse): Promise<void> {
  const done = new AbortController()
  const { signal } = done
  try {
    await Promise.race([once(response, 'drain', { signal }), once(response, 'close', { signal })])
  } finally {
    done.abort()
  }
}

function bookmark({ names }: Call, resourceVersion: number, initialEnd = false): Obj {
  const annotations = initialEnd ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {}
  return {
    kind: names.kind,
    apiVersion: apiVersionOf(names),
    metadata: { resourceVersion: String(resourceVersion), ...annotations } as never,
  }
}

function limitTime({ context, query }: Call, ended: AbortController): void {
  const seconds = Number(query.get('timeoutSeconds') ?? '') || 1800
  context.clock.sleep(seconds * 1000, ended.signal).then(
    () => ended.abort(),
    () => {},
  )
}
