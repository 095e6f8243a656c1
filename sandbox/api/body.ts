import type { IncomingMessage } from 'node:http'
import { parse as parseYaml } from 'yaml'
import { badRequest, Refusal } from '../refusal.ts'
import { decode, isProtobuf, parse } from '../schema/index.ts'
import { isList, isObject, type Json, type JsonObject } from '../schema/json.ts'

const room = 3 * 1024 * 1024
const deepest = 1000

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    // Read on to its end, within reason: who is still writing reads no answer.
    if (size <= room) chunks.push(chunk)
    else if (size > 8 * room) throw tooLarge()
  }
  if (size > room) throw tooLarge()
  return Buffer.concat(chunks)
}

const tooLarge = () => new Refusal(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${room}`)

export const mediaType = ({ headers }: IncomingMessage): string =>
  (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''

interface Sent {
  readonly value: Json
  /** 'duplicate field "x"'. */
  readonly duplicates: readonly string[]
}

const types = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf']

/** An object that was sent, in any of the forms that the API takes. */
export function decoded(body: Buffer, type: string): Sent {
  if (type === 'application/vnd.kubernetes.protobuf') {
    if (!isProtobuf(body))
      throw badRequest('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]')
    return { value: shallow(decode(body)), duplicates: [] }
  }
  if (type !== '' && !types.includes(type)) throw unknownFormat(types)
  return type === 'application/yaml' ? decodedYaml(body) : decodedJson(body)
}

export const unknownFormat = (accepted: readonly string[]) =>
  new Refusal(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  )

export function decodedJson(body: Buffer): Sent {
  const text = body.toString('utf8')
  refuseDeepText(text)
  return parse(text)
}

/** A server-side apply is YAML by its name; nearly everybody sends JSON, which is much quicker to read. */
export function decodedYaml(body: Buffer): Sent {
  const text = body.toString('utf8')
  refuseDeepText(text)
  if (text.trimStart().startsWith('{')) return decodedJson(body)
  try {
    return { value: shallow(parseYaml(text, { maxAliasCount: 100 }) as Json), duplicates: [] }
  } catch (error) {
    throw badRequest(`error converting YAML to JSON: ${(error as Error).message.split('\n')[0]}`)
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

export function asObject(value: Json): JsonObject {
  if (isObject(value)) return value
  throw badRequest(
    `couldn't get version/kind; json parse error: json: cannot unmarshal ${goTypeOf(value)} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
  )
}

const goTypeOf = (value: Json) =>
  isList(value) ? 'array' : typeof value === 'boolean' ? 'bool' : value === null ? 'null' : typeof value
