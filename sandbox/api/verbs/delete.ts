import { type Cause, invalid, Refusal } from '../../refusal.ts'
import { type DeleteOptions, remove } from '../../store/deletion.ts'
import type { JsonObject } from '../../schema/json.ts'
import { decoded, objectIn, readBody } from '../body.ts'
import { type Answer, type Call, keyOf } from '../call.ts'
import { selectionOf } from '../selection.ts'

export async function deleteOne(call: Call): Promise<Answer> {
  const { context, kind, names } = call
  const options = await optionsOf(call)
  const { object, gone } = remove(context.store, keyOf(call), options, context.clock)
  if (gone && !answersItself.has(kind)) {
    const { name, uid } = object.metadata
    const group = names.group === '' ? {} : { group: names.group }
    const details = { name, ...group, kind: names.plural, uid }
    return { code: 200, json: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details } }
  }
  return { code: !gone && options.propagationPolicy === 'Foreground' && options.dryRun !== true ? 202 : 200, object }
}

export async function deleteCollection(call: Call): Promise<Answer> {
  const { context, kind, file, namespace, query } = call
  const options = await optionsOf(call)
  const { items, resourceVersion } = context.store.list(kind, selectionOf(file, namespace, query))
  for (const { metadata } of items) {
    const key = { kind, namespace: metadata.namespace ?? '', name: metadata.name }
    if (context.store.get(key) !== undefined) remove(context.store, key, options, context.clock)
  }
  return { code: 200, items, metadata: { resourceVersion: String(resourceVersion) } }
}

/** ReturnDeletedObject of their registries: they answer with the object, the others with a Status. */
const answersItself = new Set([
  'persistentvolumeclaims',
  'persistentvolumes',
  'pods',
  'serviceaccounts',
  'services',
  'storageclasses.storage.k8s.io',
])

async function optionsOf({ request, query }: Call): Promise<DeleteOptions> {
  const body = await readBody(request)
  const sent = body.data.length === 0 ? {} : objectIn(decoded(body, 'DeleteOptions').value, body, 'DeleteOptions')
  return deleteOptions({ ...fromQuery(query), ...sent })
}

const fromQuery = (query: URLSearchParams): JsonObject => ({
  ...(query.get('gracePeriodSeconds') ? { gracePeriodSeconds: Number(query.get('gracePeriodSeconds')) } : {}),
  ...(query.get('propagationPolicy') ? { propagationPolicy: query.get('propagationPolicy') ?? '' } : {}),
  ...(query.get('orphanDependents') ? { orphanDependents: query.get('orphanDependents') === 'true' } : {}),
  ...(query.get('dryRun') ? { dryRun: query.getAll('dryRun') } : {}),
})

interface Sent {
  readonly gracePeriodSeconds?: number | null
  readonly propagationPolicy?: string | null
  readonly orphanDependents?: boolean | null
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string } | null
  readonly dryRun?: readonly string[] | null
}

/** A v1.DeleteOptions, as it comes with a deletion or an eviction. */
export function deleteOptions(sent: JsonObject): DeleteOptions {
  const { gracePeriodSeconds, propagationPolicy, orphanDependents, preconditions, dryRun } = sent as Sent
  if (typeof (gracePeriodSeconds ?? 0) !== 'number')
    throw new Refusal(
      500,
      '',
      'json: cannot unmarshal string into Go struct field DeleteOptions.gracePeriodSeconds of type int64',
    )
  const refuse = (cause: Omit<Cause, 'field'>) =>
    invalid('DeleteOptions.meta.k8s.io', '', [{ field: 'propagationPolicy', ...cause }])
  if (typeof propagationPolicy === 'string' && typeof orphanDependents === 'boolean')
    throw refuse({
      reason: 'FieldValueInvalid',
      message: `Invalid value: "${propagationPolicy}": orphanDependents and deletionPropagation cannot be both set`,
    })
  const policy =
    propagationPolicy ?? (orphanDependents === true ? 'Orphan' : orphanDependents === false ? 'Background' : undefined)
  if (policy !== undefined && policy !== 'Orphan' && policy !== 'Background' && policy !== 'Foreground')
    throw refuse({
      reason: 'FieldValueNotSupported',
      message: `Unsupported value: "${policy}": supported values: "Foreground", "Background", "Orphan", "nil"`,
    })
  return {
    gracePeriodSeconds: gracePeriodSeconds ?? undefined,
    propagationPolicy: policy,
    uid: preconditions?.uid,
    resourceVersion: preconditions?.resourceVersion,
    dryRun: (dryRun ?? []).length > 0,
  }
}
