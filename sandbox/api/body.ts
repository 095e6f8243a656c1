import type { IncomingMessage } from 'node:http'
import { createRequire } from 'node:module'
import { badRequest, Refusal } from '../refusal.ts'
import { decode, isProtobuf, parse } from '../schema/index.ts'
import { isList, isObject, type Json, type JsonObject } from '../schema/json.ts'

const room = 3 * 1024 * 1024
/** It is read a hundred times slower than JSON, and nobody else is answered meanwhile. */
const mostYaml = 512 * 1024
const deepest = 1000

export interface Body {
  readonly data: Buffer
  /** Without parameters. */
  readonly type: string
}

export async function readBody(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    // Read on to its end, within reason: who is still writing reads no answer.
    if (size <= room) chunks.push(chunk)
    else if (size > 8 * room) throw tooLarge(room)
  }
  if (size > room) throw tooLarge(room)
  const type = (request.headers['content-type'] ?? '').split(';')[0] ?? ''
  return { data: Buffer.concat(chunks), type: type.trim().toLowerCase() }
}

const tooLarge = (limit: number) =>
  new Refusal(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${limit}`)

interface Sent {
  readonly value: Json
  /** 'duplicate field "x"'. */
  readonly duplicates: readonly string[]
}

const types = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf']

/** An object of this kind that was sent, in any of the forms that the API takes. */
export function decoded(body: Body, kind: string): Sent {
  const { data, type } = body
  if (type === 'application/vnd.kubernetes.protobuf') {
    if (!isProtobuf(data))
      throw badRequest('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]')
    return { value: shallow(decode(data)), duplicates: [] }
  }
  if (type === 'application/yaml') return decodedYaml(body)
  if (type !== '' && type !== 'application/json')
    throw new Refusal(
      415,
      'UnsupportedMediaType',
      `the body of the request was in an unknown format - accepted media types include: ${types.join(', ')}`,
    )
  return attempt(
    () => decodedJson(body),
    (why) => unrecognized(body, kind, why.replace(parseError, '')).message,
  )
}

const parseError = "couldn't get version/kind; json parse error: "

export const unrecognized = ({ data }: Body, kind: string, why: string) =>
  badRequest(`the object provided is unrecognized (must be of type ${kind}): ${parseError}${why} (${summaryOf(data)})`)

export function decodedJson({ data }: Body): Sent {
  const text = data.toString('utf8')
  refuseDeepText(text)
  return parse(text)
}

/** A server-side apply is YAML by its name; nearly everybody sends JSON, which is much quicker to read. */
export function decodedYaml(body: Body): Sent {
  const text = body.data.toString('utf8')
  refuseDeepText(text)
  if (text.trimStart().startsWith('{')) return decodedJson(body)
  if (text.length > mostYaml) throw tooLarge(mostYaml)
  // Whether keys are unique is asked of each with each: a minute for 60,000.
  const options = { maxAliasCount: 100, uniqueKeys: false }
  const work = (): Sent => ({ value: shallow(yaml().parse(text, options) as Json), duplicates: [] })
  return attempt(work, (why) => `error decoding YAML: error converting YAML to JSON: yaml: ${why.split('\n')[0]}`)
}

/** Loaded when it is first sent: few ever do, and it takes a tenth of the sandbox's start. */
const yaml = () => createRequire(import.meta.url)('yaml') as typeof import('yaml')

/** `word` says what went wrong, once more. */
export function attempt<T>(work: () => T, word: (why: string) => string): T {
  try {
    return work()
  } catch (error) {
    throw badRequest(word((error as Error).message))
  }
}

const tooDeep = () => badRequest('the object is nested too deeply')

/** Before anything that recurses sees it. */
function refuseDeepText(text: string): void {
  let depth = 0
  let quoted = false
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at]
    if (letter === '"') quoted = !quoted
    else if (quoted && letter === '\\') at += 1
    else if (quoted) continue
    else if (letter === '{' || letter === '[') {
      depth += 1
      if (depth > deepest) throw tooDeep()
    } else if (letter === '}' || letter === ']') depth -= 1
  }
}

function shallow<T extends Json>(value: T): T {
  let level: readonly Json[] = [value]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepest) throw tooDeep()
    level = level.flatMap((each) => (isList(each) ? each : isObject(each) ? Object.values(each) : []))
  }
  return value
}

export function objectIn(value: Json, body: Body, kind: string): JsonObject {
  if (isObject(value)) return value
  const why = `json: cannot unmarshal ${goTypeOf(value)} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`
  throw unrecognized(body, kind, why)
}

export const goTypeOf = (value: Json): string =>
  isList(value) ? 'array' : typeof value === 'boolean' ? 'bool' : value === null ? 'null' : typeof value

/** An object's beginning, as a complaint shows it. */
function summaryOf(data: Buffer): string {
  if (data.length === 0) return '<empty>'
  const cut = data.subarray(0, 30)
  return `${cut.toString(cut[0] === 0x7b ? 'utf8' : 'hex')}${data.length > 30 ? ' ...' : ''}`
}
