import type { IncomingMessage } from 'node:http'
import { Refusal } from '../refusal.ts'

/** How an object is to be written. */
export type Form =
  | { readonly as: 'object' }
  | { readonly as: 'table'; readonly version: string; readonly include: 'None' | 'Metadata' | 'Object' }
  | { readonly as: 'metadata'; readonly version: string }

interface MediaType {
  readonly type: string
  readonly parameters: ReadonlyMap<string, string>
}

export function mediaTypes(header: string): readonly MediaType[] {
  return header.split(',').map((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim())
    return {
      type: type.toLowerCase(),
      parameters: new Map(
        parameters.map((each): [string, string] => {
          const [name = '', value = ''] = each.split('=')
          return [name, value]
        }),
      ),
    }
  })
}

const json = new Set(['application/json', 'application/*', '*/*'])

/** The first that we can write; the client names what it likes best first. */
export function formOf({ headers }: IncomingMessage, query: URLSearchParams): Form {
  const { accept } = headers
  if (accept === undefined || accept === '') return { as: 'object' }
  for (const { type, parameters } of mediaTypes(accept)) {
    if (!json.has(type)) continue
    const as = parameters.get('as')
    if (as === undefined) return { as: 'object' }
    const version = parameters.get('v') ?? ''
    if (parameters.get('g') !== 'meta.k8s.io' || !['v1', 'v1beta1'].includes(version)) continue
    if (as === 'Table') return { as: 'table', version, include: includeOf(query.get('includeObject') ?? '') }
    if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') return { as: 'metadata', version }
  }
  throw notAcceptable()
}

function includeOf(text: string): 'None' | 'Metadata' | 'Object' {
  if (text === '') return 'Metadata'
  if (text === 'None' || text === 'Metadata' || text === 'Object') return text
  throw new Refusal(
    400,
    'BadRequest',
    `Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(text)}: must be 'Metadata', 'Object', 'None', or empty`,
  )
}

const writable = 'application/json, application/yaml, application/vnd.kubernetes.protobuf'
const notAcceptable = () =>
  new Refusal(406, 'NotAcceptable', `406: Not Acceptable\n\nAvailable representations: ${writable}`, {})
