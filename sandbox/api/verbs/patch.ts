import type { Obj } from '../../kubernetes.ts'
import { badRequest, conflict, invalid, notFound, Refusal } from '../../refusal.ts'
import { check, jsonPatch, manage, mergePatch, strategicMerge } from '../../schema/index.ts'
import { isObject, type Json, type JsonObject } from '../../schema/json.ts'
import { aboutOf, fullKind } from '../../store/rules.ts'
import { otherType, unnamedType } from '../accepting.ts'
import { patchedText, printed, unconverted } from '../go.ts'
import { attempt, type Body, decodedJson, goTypeOf, readBody } from '../body.ts'
import { type Answer, type Call, keyOf } from '../call.ts'
import { apiVersionOf } from '../../facts/names.ts'
import type { View } from '../views.ts'
import { nameless, placed, settled, writeOptions, type WriteOptions } from '../writing.ts'
import { applyPatch } from './apply.ts'
import { write } from './write.ts'

const json = 'application/json-patch+json'
const merge = 'application/merge-patch+json'
const strategic = 'application/strategic-merge-patch+json'

export async function patch(call: Call, view: View): Promise<Answer> {
  const options = writeOptions(call, 'PatchOptions')
  const body = await readBody(call.request)
  switch (body.type) {
    case 'application/apply-patch+yaml':
      return applyPatch(call, view, options, body)
    case json:
    case merge:
    case strategic:
      return plainPatch(call, view, options, body)
    default:
      throw new Refusal(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {})
  }
}

interface Change {
  readonly patched: (seen: Obj) => Obj
  /** What comes out is no such object: said of what, and how. */
  readonly refused: (patched: Obj, seen: Obj, why: string) => Refusal
}

/** What the body does to what it is sent to. */
function changeOf({ gvk }: View, body: Body): Change {
  const { type } = body
  const bare = (why: string) => why.replace("couldn't get version/kind; json parse error: ", '')
  const word = (why: string) => (type === strategic ? bare(why) : `error decoding patch: ${bare(why)}`)
  const value = attempt(() => decodedJson(body), word).value
  const refused: Change['refused'] = (patched, seen, why) => {
    const text = patchedText(patched as unknown as Json, seen as unknown as Json)
    return refusedAs(text, unread(gvk, text) ?? why)
  }
  if (type === json) return { patched: (seen) => jsonPatch(seen, value), refused }
  const sent = objectOf(value, word)
  if (type === merge) return { patched: (seen) => mergePatch(seen, sent), refused }
  return {
    patched: (seen) => strategicMerge(gvk, seen, sent),
    refused: (_, __, why) => refusedAs(printed(sent), why.includes('cannot unmarshal') ? unconverted(why) : why),
  }
}

function objectOf(value: Json, word: (why: string) => string) {
  if (isObject(value)) return value
  throw badRequest(word(`json: cannot unmarshal ${goTypeOf(value)} into Go value of type map[string]interface {}`))
}

function plainPatch(call: Call, view: View, options: WriteOptions, body: Body): Answer {
  const { context, names, query } = call
  if (query.has('force'))
    throw invalid('PatchOptions.meta.k8s.io', '', [
      { field: 'force', reason: 'FieldValueForbidden', message: 'Forbidden: may not be specified for non-apply patch' },
    ])
  const { validation, manager, dryRun, warn } = options
  const change = changeOf(view, body)
  const key = keyOf(call)
  return write(call, {
    dryRun,
    view,
    warn,
    change: (old) => {
      if (old === undefined) throw notFound(aboutOf(key))
      const seen = view.read(old)
      const patched = change.patched(seen)
      const { object, unknown, error } = check(view.gvk, patched)
      if (error !== undefined || (body.type !== strategic && !isOf(view.gvk, patched)))
        throw change.refused(patched, seen, error ?? '')
      if (validation === 'Strict' && unknown.length > 0)
        throw change.refused(patched, seen, `strict decoding error: ${unknown.join(', ')}`)
      if (validation === 'Warn') warn(unknown)
      if (!object.metadata?.name) throw nameless(key)
      placed(object, key)
      const { resourceVersion } = object.metadata
      if (resourceVersion && resourceVersion !== old.metadata.resourceVersion)
        throw conflict(
          aboutOf(key),
          'the object has been modified; please apply your changes to the latest version and try again',
        )
      const next = settled(view.put(old, object), old, fullKind(names))
      return manage({ gvk: names, live: old, next, manager, now: context.clock.now(), subresource: view.subresource })
    },
  })
}

/** As JSON, in the order in which Go reads it: what it finds wrong first is what it tells. */
function unread(gvk: View['gvk'], text: string): string | undefined {
  const value = JSON.parse(text) as JsonObject
  const unnamed = unnamedType(value)
  if (unnamed !== undefined) return `couldn't get version/kind; json parse error: ${unnamed}`
  return otherType(gvk, value) ?? check(gvk, value).error
}

const isOf = (gvk: View['gvk'], { apiVersion, kind }: Obj) => kind === gvk.kind && apiVersion === apiVersionOf(gvk)

const refusedAs = (what: string, why: string) => {
  const message = `Invalid value: ${JSON.stringify(what)}: ${why}`
  return new Refusal(422, 'Invalid', ` "" is invalid: patch: ${message}`, {
    causes: [{ field: 'patch', reason: 'FieldValueInvalid', message }],
  })
}
