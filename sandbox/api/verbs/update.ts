import type { Names } from '../../contracts.ts'
import { conflict, invalid, notFound, Refusal } from '../../refusal.ts'
import { manage } from '../../schema/index.ts'
import { aboutOf, fullKind } from '../../store/rules.ts'
import { accepted } from '../accepting.ts'
import { readBody } from '../body.ts'
import { type Answer, type Call, keyOf } from '../call.ts'
import type { View } from '../views.ts'
import { nameless, placed, settled, writeOptions } from '../writing.ts'
import { write } from './write.ts'

export async function update(call: Call, view: View): Promise<Answer> {
  const { context, names } = call
  const options = writeOptions(call, 'UpdateOptions')
  const object = accepted(view.gvk, await readBody(call.request), options)
  const key = keyOf(call)
  if (!object.metadata.name) throw nameless(key)
  placed(object, key)
  const { resourceVersion, uid } = object.metadata
  if (resourceVersion && !/^\d+$/u.test(resourceVersion))
    throw new Refusal(500, '', `strconv.ParseUint: parsing "${resourceVersion}": invalid syntax`)
  const otherThan = (there: string) =>
    conflict(
      aboutOf(key),
      `StorageError: invalid object, Code: 4, Key: /registry/${placeOf(names)}/${key.namespace === '' ? '' : `${key.namespace}/`}${key.name}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${there}`,
    )
  if (uid && creatable.has(call.kind) && context.store.get(key) === undefined) throw otherThan('')
  const { dryRun, manager } = options
  return write(call, {
    dryRun,
    at: { resourceVersion },
    view,
    warn: options.warn,
    change: (old) => {
      if (old === undefined) throw notFound(aboutOf(key))
      if (!resourceVersion && conditional.has(call.kind))
        throw invalid(`${names.plural}.${names.group}`, key.name, [blind])
      if (uid && uid !== old.metadata.uid) throw otherThan(old.metadata.uid)
      const next = settled(view.put(old, object), old, fullKind(names))
      return manage({ gvk: names, live: old, next, manager, now: context.clock.now(), subresource: view.subresource })
    },
  })
}

/** What an update may create: upstream's AllowCreateOnUpdate. */
const creatable = new Set(['services', 'endpoints', 'events', 'leases.coordination.k8s.io'])

/** Where etcd has them. */
const placeOf = ({ plural }: Names) =>
  plural === 'services' ? 'services/specs' : plural === 'endpoints' ? 'services/endpoints' : plural

/** Whose updates have to say what they saw: upstream's AllowUnconditionalUpdate. */
const conditional = new Set(['leases.coordination.k8s.io'])

const blind = {
  field: 'metadata.resourceVersion',
  reason: 'FieldValueInvalid',
  message: 'Invalid value: 0: must be specified for an update',
}
