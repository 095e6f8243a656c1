import { setTimeout as wait } from 'node:timers/promises'
import { isObject, type JsonObject } from '../../../sandbox/schema/json.ts'
import type { Answers } from './answers.ts'
import { type Ask, asker, type Question } from './asking.ts'
import { type Manifest, manifests } from './generated.ts'
import { inNamespace, pathOf } from './place.ts'
import { after, before, type Row, type Subject } from './rows.ts'
import { reviews, subresources } from './rows-of-kinds.ts'
import { told } from './told.ts'

const namespace = 'parity-table'

/** The rows in which every modelled kind is asked for every verb, and each of its subresources. */
const rows: readonly Row[] = [...before, ...subresources, ...reviews, ...after]

/** Asks all kinds each row at once, and waits a moment after each change, for controllers to be through with it. */
export async function tableOf(kubeconfig: string): Promise<Answers> {
  const ask = await asker(kubeconfig)
  return inNamespace(ask, namespace, async () => {
    const last = new Map<string, JsonObject>()
    const answers: [string, string][] = []
    for (const [row, question] of rows) {
      const asked = await Promise.all(manifests.map((of) => answer(ask, of, question, last)))
      for (const each of asked) if (each !== undefined) answers.push([`${each.kind}: ${row}`, each.said])
      if (asked.some((each) => each?.writes)) await wait(150)
    }
    return Object.fromEntries(answers.toSorted(([a], [b]) => kindOf(a) - kindOf(b)))
  })
}

const kindOf = (id: string) => manifests.findIndex(({ kind }) => id.startsWith(`${kind}: `))

async function answer(ask: Ask, manifest: Manifest, question: Row[1], last: Map<string, JsonObject>) {
  const { kind, metadata } = manifest
  const all = pathOf(manifest, namespace)
  const one = `${all}/${metadata.name}`
  const { code, text } = await ask({ method: 'GET', path: one })
  const live = code === 200 ? (JSON.parse(text) as JsonObject) : undefined
  const labels = { ...(metadata['labels'] as JsonObject | undefined), table: kind }
  const subject: Subject = {
    of: { ...manifest, ...aboutHere(manifest), metadata: { ...metadata, labels } },
    all,
    one,
    namespaced: all.includes(namespace),
    live: live ?? manifest,
    last: last.get(kind) ?? {},
  }
  const asked = question(subject)
  if (asked === undefined) return undefined
  const answered = await ask(kind === 'Node' ? dry(asked) : asked)
  const object: unknown = answered.text.startsWith('{"') ? safely(answered.text) : undefined
  if (isObject(object)) last.set(kind, object)
  return { kind, said: told(answered, live), writes: asked.method !== 'GET' && answered.code < 300 }
}

/** What an Event is about has to be in its namespace. */
const aboutHere = ({ involvedObject }: Manifest) =>
  isObject(involvedObject) ? { involvedObject: { ...involvedObject, namespace } } : {}

/** A node that is none is marked and judged by controllers at times of their own: none is made. */
const dry = ({ method, path, ...rest }: Question): Question => ({
  method,
  path: method === 'GET' || path.includes('dryRun') ? path : `${path}${path.includes('?') ? '&' : '?'}dryRun=All`,
  ...rest,
})

function safely(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
