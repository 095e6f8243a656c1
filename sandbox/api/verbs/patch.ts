import type { Obj } from '../../kubernetes.ts'
import { badRequest, conflict, invalid, notFound, Refusal } from '../../refusal.ts'
import { apply, check, jsonPatch, manage, mergePatch, strategicMerge } from '../../schema/index.ts'
import type { Json } from '../../schema/json.ts'
import { aboutOf } from '../../store/rules.ts'
import { asObject, decodedJson, decodedYaml, mediaType, readBody, unknownFormat } from '../body.ts'
import { type Answer, type Call, keyOf } from '../call.ts'
import type { View } from '../views.ts'
import { accepted, placed, settled, writeOptions, type WriteOptions } from '../writing.ts'

const json = 'application/json-patch+json'
const merge = 'application/merge-patch+json'
const strategic = 'application/strategic-merge-patch+json'
const applied = 'application/apply-patch+yaml'

export async function patch(call: Call, view: View): Promise<Answer> {
  const type = mediaType(call.request)
  const options = writeOptions(call.query, call.request, 'PatchOptions')
  const body = await readBody(call.request)
  if (type === applied) return applyPatch(call, view, options, body)
  if (call.query.has('force'))
    throw invalid('PatchOptions.meta.k8s.io', '', [
      { field: 'force', reason: 'FieldValueForbidden', message: 'Forbidden: may not be specified for non-apply patch' },
    ])
  if (type !== json && type !== merge && type !== strategic) throw unknownFormat([json, merge, applied, strategic])
  return plainPatch(call, view, options, changeOf(type, call, view, decodedJson(body).value), body)
}

function changeOf(type: string, call: Call, { gvk }: View, value: Json): (seen: Obj) => Obj {
  if (type === json) return (seen) => jsonPatch(seen, value, aboutOf(keyOf(call)))
  const sent = asObject(value)
  return (seen) => (type === merge ? mergePatch(seen, sent) : strategicMerge(gvk, seen, sent))
}

function plainPatch(call: Call, view: View, options: WriteOptions, change: (seen: Obj) => Obj, body: Buffer): Answer {
  const { context, names } = call
  const { validation, manager, dryRun } = options
  const key = keyOf(call)
  let warnings: readonly string[] = []
  const stored = context.store.write(
    key,
    (old) => {
      if (old === undefined) throw notFound(aboutOf(key))
      const seen = view.read(old)
      const { object, unknown, error } = check(view.gvk, change(seen))
      if (error !== undefined) throw badRequest(error)
      if (validation === 'Strict' && unknown.length > 0) throw refusedPatch(body, unknown)
      if (validation === 'Warn') warnings = unknown
      placed(object, key)
      const { resourceVersion } = object.metadata
      if (resourceVersion && resourceVersion !== old.metadata.resourceVersion)
        throw conflict(
          aboutOf(key),
          'the object has been modified; please apply your changes to the latest version and try again',
        )
      const next = settled(view.put(old, object), old, key)
      return manage({ gvk: names, live: old, next, manager, now: context.clock.now(), subresource: view.subresource })
    },
    { dryRun },
  )
  return { code: 200, object: view.read(stored), warnings }
}

const refusedPatch = (body: Buffer, unknown: readonly string[]) => {
  const message = `Invalid value: ${JSON.stringify(body.toString())}: strict decoding error: ${unknown.join(', ')}`
  return new Refusal(422, 'Invalid', ` "" is invalid: patch: ${message}`, {
    causes: [{ field: 'patch', reason: 'FieldValueInvalid', message }],
  })
}

function applyPatch(call: Call, view: View, options: WriteOptions, body: Buffer): Answer {
  const { context, query } = call
  if (!query.get('fieldManager'))
    throw invalid('PatchOptions.meta.k8s.io', '', [
      { field: 'fieldManager', reason: 'FieldValueRequired', message: 'Required value: is required for apply patch' },
    ])
  const sent = decodedYaml(body)
  const { object, warnings } = accepted(view.gvk, sent, options)
  const key = keyOf(call)
  placed(object, key)
  if ((object.metadata.managedFields ?? []).length > 0) throw badRequest('metadata.managedFields must be nil')
  const { manager, dryRun } = options
  const { resourceVersion, uid } = object.metadata
  let created = false
  const stored = context.store.write(
    key,
    (old) => {
      if (old === undefined && view.subresource !== undefined) throw notFound(aboutOf(key))
      created = old === undefined
      const live = old === undefined ? undefined : view.read(old)
      const merged = apply({
        gvk: view.gvk,
        live,
        applied: asObject(sent.value),
        manager,
        force: query.get('force') === 'true',
        now: context.clock.now(),
        subresource: view.subresource,
      })
      const next = check(view.gvk, merged).object
      return old === undefined ? next : settled(view.put(old, next), old, key)
    },
    { dryRun, ...(resourceVersion ? { resourceVersion } : {}), ...(uid ? { uid } : {}) },
  )
  return { code: created ? 201 : 200, object: view.read(stored), warnings }
}
