import { readFileSync } from 'node:fs'

/** What a type and its fields are for, in Kubernetes' words: the doc comments of @kubernetes/client-node's models. */
export interface Descriptions {
  readonly type: string
  readonly fields: ReadonlyMap<string, string>
}

const none: Descriptions = { type: '', fields: new Map() }
const known = new Map<string, Descriptions>()

/** Read when it is asked for: hundreds of files, and most sandboxes explain nothing. */
export function descriptionsOf(type: string): Descriptions {
  const found = known.get(type) ?? read(type)
  known.set(type, found)
  return found
}

function read(type: string): Descriptions {
  for (const model of modelsOf(type)) {
    const source = sourceOf(model)
    if (source !== undefined) return parse(source)
  }
  return none
}

/** "io.k8s.api.core.v1.Event" is CoreV1Event, as there are several; "io.k8s.api.core.v1.Pod" is V1Pod. */
function modelsOf(type: string): readonly string[] {
  const [name = '', version = '', group = ''] = type.split('.').toReversed()
  const plain = capital(version) + name
  return [capital(group) + plain, plain]
}

const capital = (word: string) => word.slice(0, 1).toUpperCase() + word.slice(1)

function sourceOf(model: string): string | undefined {
  try {
    const url = new URL(`gen/models/${model}.d.ts`, import.meta.resolve('@kubernetes/client-node'))
    return readFileSync(url, 'utf8')
  } catch {
    return undefined
  }
}

const comment = String.raw`\/\*\*\s*\* (?<text>(?:[^*]|\*(?!\/))*?)\s*\*\/\s*`
const ofType = new RegExp(`${comment}export declare class`, 'u')
const ofField = new RegExp(`${comment}'(?<name>[^']+)'\\??:`, 'gu')

function parse(source: string): Descriptions {
  const fields = [...source.matchAll(ofField)].map(({ groups }): [string, string] => [
    groups?.['name']?.replace(/^_/u, '') ?? '',
    plain(groups?.['text'] ?? ''),
  ])
  return { type: plain(ofType.exec(source)?.groups?.['text'] ?? ''), fields: new Map(fields) }
}

const plain = (text: string) => text.replaceAll(/\\(['"`\\])/gu, '$1').replaceAll(/\s*\n\s*\*? ?/gu, '\n')
