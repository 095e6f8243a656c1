import type { Json, JsonObject } from '../../../sandbox/schema/json.ts'
import type { Answers } from './answers.ts'
import { asker } from './asking.ts'
import { changed, type Made, made, type Manifest, manifests } from './generated.ts'
import { inNamespace, pathOf } from './place.ts'
import { toldShortly } from './told.ts'

const namespace = 'parity-generated'

/** Sends all bodies that were made, with dryRun; the objects that updates are tried on are really made, and taken away. */
export async function bodiesAnswered(kubeconfig: string): Promise<Answers> {
  const ask = await asker(kubeconfig)
  return inNamespace(ask, namespace, async () => {
    const live = new Map<string, JsonObject>()
    for (const body of manifests.filter(({ kind }) => kind !== 'Node')) {
      const { code, text } = await ask({ method: 'POST', path: pathOf(body, namespace), body })
      if (code !== 201) throw new Error(`${body.kind}: ${code} ${text}`)
      live.set(body.kind, JSON.parse(text) as JsonObject)
    }
    const answers: [string, string][] = []
    for (const each of made) {
      const question = { method: each.verb === 'create' ? 'POST' : 'PUT', ...sent(each, live.get(each.of.kind)) }
      answers.push([each.id, toldShortly(await ask(question))])
    }
    return Object.fromEntries(answers)
  })
}

function sent({ verb, of, change }: Made, live: JsonObject = {}): { path: string; body: Json } {
  const strict = '?dryRun=All&fieldValidation=Strict'
  if (verb === 'create') {
    const body = changed({ ...of, metadata: { ...of.metadata, name: `${of.metadata.name}-2` } }, change) ?? null
    return { path: `${pathOf(of, namespace)}${strict}`, body }
  }
  const { metadata, ...others } = live as Manifest
  const { resourceVersion: _version, managedFields: _fields, ...kept } = metadata
  const body = changed({ ...others, metadata: kept }, change) ?? null
  return { path: `${pathOf(of, namespace)}/${of.metadata.name}${strict}`, body }
}
