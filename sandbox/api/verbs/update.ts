import { notFound } from '../../refusal.ts'
import { manage } from '../../schema/index.ts'
import { aboutOf } from '../../store/rules.ts'
import { decoded, mediaType, readBody } from '../body.ts'
import { type Answer, type Call, keyOf } from '../call.ts'
import type { View } from '../views.ts'
import { accepted, placed, settled, writeOptions } from '../writing.ts'

export async function update(call: Call, view: View): Promise<Answer> {
  const { context, names, query, request } = call
  const options = writeOptions(query, request, 'UpdateOptions')
  const { object, warnings } = accepted(view.gvk, decoded(await readBody(request), mediaType(request)), options)
  const key = keyOf(call)
  placed(object, key)
  const { resourceVersion } = object.metadata
  const { dryRun, manager } = options
  const stored = context.store.write(
    key,
    (old) => {
      if (old === undefined) throw notFound(aboutOf(key))
      const next = settled(view.put(old, object), old, key)
      return manage({ gvk: names, live: old, next, manager, now: context.clock.now(), subresource: view.subresource })
    },
    { dryRun, ...(resourceVersion ? { resourceVersion } : {}) },
  )
  return { code: 200, object: view.read(stored), warnings }
}
