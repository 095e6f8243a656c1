import type { Obj } from '../../kubernetes.ts'
import { alreadyExists, invalid, Refusal } from '../../refusal.ts'
import { manage } from '../../schema/index.ts'
import { generated } from '../../store/names.ts'
import { aboutOf, fullKind } from '../../store/rules.ts'
import { accepted } from '../accepting.ts'
import { readBody } from '../body.ts'
import { type Answer, type Call, keyOf } from '../call.ts'
import { withStatus } from '../views.ts'
import { placed, withoutSystem, writeOptions } from '../writing.ts'
import { write } from './write.ts'

/** What kubelets tell about their node, they tell when they create it. */
const createdWithStatus = new Set(['nodes'])

export async function create(call: Call): Promise<Answer> {
  const { context, names, kind } = call
  const options = writeOptions(call, 'CreateOptions')
  const object = accepted(names, await readBody(call.request), options)
  const { metadata } = object
  placed(object, keyOf(call))
  // It is what would be stored that may have none.
  if (metadata.resourceVersion && !options.dryRun)
    throw new Refusal(500, '', 'resourceVersion should not be set on objects to be created')
  const name = metadata.name || (metadata.generateName ? generated(metadata.generateName) : '')
  if (name === '') throw invalid(fullKind(names), '', [nameless])
  const key = { ...keyOf(call), name }
  const resets = names.subresources.includes('status') && !createdWithStatus.has(kind)
  const next: Obj = {
    ...(resets ? withStatus(object, undefined) : object),
    // Of the system's fields this one is a client's, where the kind does not count it.
    metadata: { ...withoutSystem(metadata), name, ...(metadata.generation ? { generation: metadata.generation } : {}) },
  }
  const { manager, dryRun } = options
  return write(call, {
    dryRun,
    name,
    warn: options.warn,
    change: (old) => {
      if (old !== undefined) throw alreadyExists(aboutOf(key))
      return manage({ gvk: names, next, manager, now: context.clock.now() })
    },
  })
}

const nameless = {
  field: 'metadata.name',
  reason: 'FieldValueRequired',
  message: 'Required value: name or generateName is required',
}
