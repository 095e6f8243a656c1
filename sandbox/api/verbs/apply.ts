import { badRequest, invalid, notFound } from '../../refusal.ts'
import { apply, check } from '../../schema/index.ts'
import type { Obj } from '../../kubernetes.ts'
import { isObject, type Json, type JsonObject } from '../../schema/json.ts'
import { aboutOf, fullKind } from '../../store/rules.ts'
import { named, withMetadata } from '../accepting.ts'
import { type Body, decodedYaml, goTypeOf } from '../body.ts'
import { type Answer, type Call, keyOf } from '../call.ts'
import { apiVersionOf } from '../../facts/names.ts'
import type { View } from '../views.ts'
import { write } from './write.ts'
import { placed, settled, withoutSystem, type WriteOptions } from '../writing.ts'

/** Server-side apply: it creates what is not there. */
export function applyPatch(call: Call, view: View, { manager, dryRun, warn }: WriteOptions, body: Body): Answer {
  const { context, names, query } = call
  if (!query.get('fieldManager'))
    throw invalid('PatchOptions.meta.k8s.io', '', [
      { field: 'fieldManager', reason: 'FieldValueRequired', message: 'Required value: is required for apply patch' },
    ])
  const applied = decodedYaml(body).value
  if (!isObject(applied))
    throw badRequest(
      `error decoding YAML: json: cannot unmarshal ${goTypeOf(applied)} into Go value of type map[string]interface {}`,
    )
  const { gvk } = view
  refuseOtherType(named(applied, 'apiVersion') ?? '', named(applied, 'kind') ?? '', view)
  const key = keyOf(call)
  const sent = withMetadata(check(gvk, applied).object)
  placed(sent, key)
  const { resourceVersion, uid } = sent.metadata
  return write(call, {
    dryRun,
    at: { resourceVersion, uid },
    view,
    warn,
    change: (old) => {
      if (old === undefined && view.subresource !== undefined) throw notFound(aboutOf(key))
      const merged = apply({
        gvk,
        live: old === undefined ? undefined : view.read(old),
        applied,
        manager,
        force: query.get('force') === 'true',
        now: context.clock.now(),
        subresource: view.subresource,
      })
      const next = withLastApplied(check(gvk, merged).object, applied, manager)
      if (old === undefined) return { ...next, metadata: { ...withoutSystem(next.metadata), name: key.name } }
      return settled(view.put(old, next), old, fullKind(names))
    },
  })
}

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'

/** So that a client-side apply can go on from here: k8s.io/apimachinery/pkg/util/managedfields/internal/lastappliedupdater.go. */
function withLastApplied(next: Obj, applied: JsonObject, manager: string): Obj {
  const { annotations } = next.metadata
  if (manager !== 'kubectl' || annotations?.[lastApplied] === undefined) return next
  const metadata = isObject(applied['metadata']) ? applied['metadata'] : {}
  const said = isObject(metadata['annotations']) ? Object.entries(metadata['annotations']) : []
  const others = said.filter(([name]) => name !== lastApplied)
  const { annotations: _, ...rest } = metadata
  const bare = {
    ...applied,
    metadata: others.length === 0 ? rest : { ...rest, annotations: Object.fromEntries(others) },
  }
  return {
    ...next,
    metadata: { ...next.metadata, annotations: { ...annotations, [lastApplied]: `${sorted(bare)}\n` } },
  }
}

const sorted = (value: Json): string =>
  JSON.stringify(value, (_, each: Json) =>
    isObject(each) ? Object.fromEntries(Object.entries(each).toSorted(([a], [b]) => (a < b ? -1 : 1))) : each,
  )

function refuseOtherType(apiVersion: string, kind: string, { gvk }: View): void {
  const [version = '', group = ''] = apiVersion.split('/').toReversed()
  if (kind === gvk.kind && apiVersion === apiVersionOf(gvk)) return
  throw badRequest(`invalid object type: ${group}/${version}, Kind=${kind}`)
}
