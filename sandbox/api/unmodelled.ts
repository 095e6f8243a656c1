import type { Column, KindFile, Names } from '../contracts.ts'
import type { Obj } from '../kubernetes.ts'
import { forbidden, notFound, Refusal } from '../refusal.ts'
import { isObject } from '../schema/json.ts'
import { aboutOf } from '../store/rules.ts'
import { type Body, decoded, readBody } from './body.ts'
import { type Call, keyOf } from './call.ts'

const column: Column = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: '',
  priority: 0,
  cell: ({ metadata }: Obj) => metadata.name,
}

/** A kind that is known by name only: it can be listed and watched, and there is nothing. */
export const unmodelledFile = (names: Names): KindFile => ({
  names,
  columns: [column],
  prepare: (next) => next,
  validate: () => [],
})

export async function refuseUnmodelled(call: Call, verb: string): Promise<never> {
  const { kind, names } = call
  const name = call.name || nameIn(await readBody(call.request), names.kind)
  const about = { ...aboutOf(keyOf(call)), name }
  if (verb === 'get' || verb === 'delete' || verb === 'update') throw notFound(about)
  if (
    call.namespace !== '' &&
    call.context.store.get({ kind: 'namespaces', namespace: '', name: call.namespace }) === undefined
  )
    throw notFound({ resource: 'namespaces', name: call.namespace })
  const why = `${names.plural} are not modelled in the sandbox`
  if (name !== '') throw forbidden(about, why)
  const { code, reason, details } = forbidden(about, why)
  throw new Refusal(code, reason, `${kind} is forbidden: ${why}`, details)
}

function nameIn(body: Body, kind: string): string {
  try {
    const { value } = decoded(body, kind)
    const metadata = isObject(value) ? value['metadata'] : undefined
    return isObject(metadata) && typeof metadata['name'] === 'string' ? metadata['name'] : ''
  } catch {
    // In protobuf, nobody here knows its type.
    return ''
  }
}
