import { badRequest } from '../../refusal.ts'
import { isObject, type JsonObject } from '../../schema/json.ts'
import type { Pod } from '../../kubernetes.ts'
import { disrupt, remove } from '../../store/deletion.ts'
import { accepted } from '../accepting.ts'
import { readBody } from '../body.ts'
import { type Answer, type Call, keyOf } from '../call.ts'
import { deleteOptions } from './delete.ts'
import { writeOptions } from '../writing.ts'

const gvk = { group: 'policy', version: 'v1', kind: 'Eviction' }

const byEviction = { reason: 'EvictionByEvictionAPI', message: 'Eviction API: evicting' }

/** pkg/registry/core/pod/storage/eviction.go, without disruption budgets: nothing here could hold an eviction up. */
export async function evict(call: Call): Promise<Answer> {
  const { context } = call
  const options = writeOptions(call, 'CreateOptions')
  const object = accepted(gvk, await readBody(call.request), options)
  if ((object.metadata.name ?? '') !== '' && object.metadata.name !== call.name)
    throw badRequest('name in URL does not match name in Eviction object')
  const { deleteOptions: asked } = object as unknown as JsonObject
  const wanted = deleteOptions(isObject(asked) ? asked : {})
  const dryRun = options.dryRun || wanted.dryRun === true
  const { metadata, status } = context.store.get<Pod>(keyOf(call)) ?? {}
  const over = metadata?.deletionTimestamp !== undefined || status?.phase !== 'Running'
  const end = { ...wanted, dryRun }
  if (over) remove(context.store, keyOf(call), end, context.clock)
  else disrupt(context.store, keyOf(call), byEviction, end, context.clock)
  return { code: 201, json: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } }
}
