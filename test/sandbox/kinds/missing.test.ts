import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { kinds } from '../../../sandbox/kinds/index.ts'
import type { Obj } from '../../../sandbox/kubernetes.ts'
import { Refusal } from '../../../sandbox/refusal.ts'
import { check } from '../../../sandbox/schema/index.ts'
import { tests } from '../../support/tests.ts'
import { aStore, kindOf } from './support.ts'

const objects = (
  JSON.parse(readFileSync(new URL('fixtures/created.json', import.meta.url), 'utf8')) as readonly { object: Obj }[]
).map(({ object }) => object)

/** The object again and again, each time with another of its fields gone or null. */
function* maimed(value: unknown): Generator {
  if (typeof value !== 'object' || value === null) return
  for (const [key, item] of Object.entries(value)) {
    const put = (other: unknown) =>
      Array.isArray(value)
        ? value.toSpliced(Number(key), 1, other)
        : Object.fromEntries(Object.entries({ ...value, [key]: other }).filter(([, left]) => left !== undefined))
    if (!['apiVersion', 'kind'].includes(key)) for (const other of [undefined, null]) yield put(other)
    for (const inner of maimed(item)) yield put(inner)
  }
}

tests('kinds: an object of which something is missing', (test) => {
  for (const object of objects)
    test(`${object.kind} ${object.metadata.name} is taken or refused, never tripped over`, () => {
      const store = aStore('sb-b')
      const { kind, namespaced } = kindOf(object.kind)
      const file = kinds.get(kind)
      if (file === undefined) return assert.unreachable(kind)
      const { names, columns } = file
      for (const less of maimed(object)) {
        const checked = check(names, less as object)
        if (checked.error !== undefined) continue
        const key = { kind, namespace: namespaced ? 'sb-b' : '', name: 'x' }
        try {
          const stored = store.write(key, () => checked.object, { dryRun: true })
          for (const { name, cell } of columns) assert.ok(cell(stored, 0) !== undefined, name)
        } catch (error) {
          if (!(error instanceof Refusal)) throw error
        }
      }
    })
})
