import { withCondition } from '../../controllers/conditions.ts'
import type { Obj, Pod } from '../../kubernetes.ts'
import { conflict, notFound, Refusal } from '../../refusal.ts'
import { isObject, type JsonObject } from '../../schema/json.ts'
import { aboutOf } from '../../store/rules.ts'
import { timestamp } from '../../store/time.ts'
import { accepted } from '../accepting.ts'
import { readBody } from '../body.ts'
import { type Answer, type Call, keyOf } from '../call.ts'
import { placed, writeOptions } from '../writing.ts'

const gvk = { group: '', version: 'v1', kind: 'Binding' }

/** What a scheduler does in the end: pkg/registry/core/pod/storage/storage.go, BindingREST. */
export async function bind(call: Call): Promise<Answer> {
  const { store, clock } = call.context
  const key = keyOf(call)
  const options = writeOptions(call, 'CreateOptions')
  const object = accepted(gvk, await readBody(call.request), options)
  placed(object, key)
  const { target } = object as unknown as JsonObject
  const node = isObject(target) ? target['name'] : undefined
  if (typeof node !== 'string' || node === '') throw new Refusal(500, '', 'target.name: Required value')
  const bound = (old: Obj | undefined): Obj => {
    if (old === undefined) throw notFound(aboutOf(key))
    const { spec, status, metadata } = old as Pod
    const refuse = (why: string) => conflict({ resource: 'pods/binding', name: key.name }, why)
    if (metadata.deletionTimestamp !== undefined)
      throw refuse(`pod ${key.name} is being deleted, cannot be assigned to a host`)
    if (spec?.nodeName) throw refuse(`pod ${key.name} is already assigned to node "${spec.nodeName}"`)
    const scheduled = { type: 'PodScheduled', status: 'True' } as const
    const conditions = withCondition(status?.conditions, scheduled, timestamp(clock.now()))
    return { ...old, spec: { ...spec, nodeName: node }, status: { ...status, conditions } } as Obj
  }
  store.write(key, bound, { dryRun: options.dryRun, through: 'binding' })
  return { code: 201, json: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } }
}
