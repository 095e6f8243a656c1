import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { kinds } from '../../../sandbox/kinds/index.ts'
import type { Obj } from '../../../sandbox/kubernetes.ts'
import { Refusal } from '../../../sandbox/refusal.ts'
import {
  apply,
  check,
  jsonPatch,
  type Json,
  manage,
  mergePatch,
  strategicMerge,
} from '../../../sandbox/schema/index.ts'
import { tests } from '../../support/tests.ts'
import { aStore, kindOf } from '../kinds/support.ts'

interface Step {
  readonly how: 'create' | 'strategic' | 'merge' | 'json' | 'apply'
  readonly manager: string
  readonly body: Json
  readonly force: boolean
  readonly after: { readonly object?: Obj; readonly message?: string; readonly causes?: readonly (readonly string[])[] }
}

interface Sequence {
  readonly title: string
  readonly steps: readonly Step[]
}

const recorded = JSON.parse(
  readFileSync(new URL('fixtures/sequences.json', import.meta.url), 'utf8'),
) as readonly Sequence[]

const unknowable = ['uid', 'creationTimestamp', 'resourceVersion', 'time', 'status', 'generation']

/** Without what differs between clusters; managers in the order of their names. */
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([key]) => !unknowable.includes(key))
  return Object.fromEntries(
    kept
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, comparable(key === 'managedFields' ? byName(item as { manager: string }[]) : item)])
      .filter(([key, item]) => key !== 'managedFields' || (item as readonly unknown[]).length > 0),
  )
}

const byName = <T extends { manager: string; operation?: string }>(entries: readonly T[]) =>
  entries.toSorted((a, b) => (`${a.manager} ${a.operation}` < `${b.manager} ${b.operation}` ? -1 : 1))

tests('schema: changes after changes, as a real cluster made them', (test) => {
  for (const { title, steps } of recorded) {
    const { kind } = kindOf(title)
    const gvk = kinds.get(kind)?.names ?? { group: '', version: '', kind: '' }
    const key = { kind, namespace: 'sb-b', name: 'seq' }
    const store = aStore('sb-b')

    const changed = ({ how, manager, body, force }: Step, live: Obj | undefined): Obj => {
      if (how === 'apply')
        return check(gvk, apply({ gvk, live, applied: body as object, manager, force, now: 0 })).object
      const patched = {
        create: () => body as object,
        strategic: () => strategicMerge(gvk, live as Obj, body as object),
        merge: () => mergePatch(live as Obj, body as object),
        json: () => jsonPatch(live as Obj, body),
      }[how]()
      return manage({ gvk, live, next: check(gvk, patched).object, manager, now: 0 })
    }

    for (const [at, step] of steps.entries())
      test(`${title} ${at}: ${step.how} by ${step.manager}`, () => {
        const { object, message, causes } = step.after
        if (object !== undefined)
          return assert.equal(comparable(store.write(key, (old) => changed(step, old))), comparable(object))
        try {
          changed(step, store.get(key))
        } catch (error) {
          if (!(error instanceof Refusal)) throw error
          assert.is(error.message, message)
          const said = (error.details?.causes ?? []).map((cause) => [cause.reason, cause.field, cause.message])
          return assert.equal(new Set(said.map(String)), new Set((causes ?? []).map(String)))
        }
        return assert.unreachable('should be refused')
      })
  }
})
