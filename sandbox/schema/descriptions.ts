import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readFacts } from '../facts/index.ts'

/** What a type and its fields are for, in Kubernetes' words: the doc comments of @kubernetes/client-node's models. */
export interface Descriptions {
  readonly type: string
  readonly fields: ReadonlyMap<string, string>
}

type Recorded = Readonly<Record<string, Readonly<Record<string, string>>>>

// Read when something is explained: most sandboxes explain nothing.
let recorded: Recorded | undefined

const none: Descriptions = { type: '', fields: new Map() }
const known = new Map<string, Descriptions>()

/** Where the models say nothing, or less than a real cluster does, what was recorded there. */
export function descriptionsOf(type: string): Descriptions {
  let found = known.get(type)
  if (found === undefined) {
    const { '': itself, ...more } = (recorded ??= readFacts('descriptions') as Recorded)[type] ?? {}
    const model = modelDescriptions(type)
    found = { type: itself ?? model.type, fields: new Map([...model.fields, ...Object.entries(more)]) }
    known.set(type, found)
  }
  return found
}

export function modelDescriptions(type: string): Descriptions {
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

let folder: string | undefined

const models = () => (folder ??= fileURLToPath(new URL('gen/models', import.meta.resolve('@kubernetes/client-node'))))

function sourceOf(model: string): string | undefined {
  try {
    return readFileSync(`${models()}/${model}.d.ts`, 'utf8')
  } catch {
    return undefined
  }
}

/** A comment, and what it is about: the class, or a field in quotes. */
function parse(source: string): Descriptions {
  const fields = new Map<string, string>()
  let text: string[] = []
  let type = ''
  for (const line of source.split('\n')) {
    const said = line.trimStart()
    if (said.startsWith('/**')) text = []
    else if (said.startsWith('* ')) text.push(said.slice(2))
    else if (said.startsWith('export declare class')) {
      type = plain(text)
      text = []
    } else if (said.startsWith("'")) {
      if (text.length > 0) fields.set(said.slice(1, said.indexOf("'", 1)).replace(/^_/u, ''), plain(text))
      text = []
    } else if (said.startsWith('static')) break
  }
  return { type, fields }
}

const plain = (lines: readonly string[]) => lines.join('\n').replaceAll(/\\(['"`\\])/gu, '$1')
