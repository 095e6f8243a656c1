import type { Obj } from '../../kubernetes.ts'
import { warningsOf } from '../../kinds/index.ts'
import { type Answer, type Call, keyOf } from '../call.ts'
import type { View } from '../views.ts'
import type { WriteOptions } from '../writing.ts'

interface Written extends Pick<WriteOptions, 'dryRun' | 'warn'> {
  readonly at?: { readonly resourceVersion?: string | undefined; readonly uid?: string | undefined }
  readonly name?: string
  readonly view?: View
  /** Throws where what is there is not as it has to be. */
  readonly change: (old: Obj | undefined) => Obj
}

/** The write of every verb: what was stored, as its view shows it, with all there is to warn of. */
export function write(call: Call, { dryRun, at = {}, name = call.name, view, warn, change }: Written): Answer {
  const { store } = call.context
  let before: Obj | undefined
  const preconditions = Object.entries(at).filter(([, value]) => value !== undefined && value !== '')
  const stored = store.write(
    { ...keyOf(call), name },
    (old) => {
      before = old
      return change(old)
    },
    { dryRun, through: view?.subresource, ...Object.fromEntries(preconditions) },
  )
  warn(warningsOf(call.kind, stored, before, store))
  return { code: before === undefined ? 201 : 200, object: view === undefined ? stored : view.read(stored) }
}
