import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { kinds } from '../../../sandbox/kinds/index.ts'
import type { Obj } from '../../../sandbox/kubernetes.ts'
import { check, manage } from '../../../sandbox/schema/index.ts'
import { tests } from '../../support/tests.ts'
import { aStore, kindOf } from './support.ts'

interface Recorded {
  readonly object: Obj
  /** As a real cluster answered a dry run's POST. */
  readonly stored: Obj
}

const recorded = JSON.parse(
  readFileSync(new URL('fixtures/created.json', import.meta.url), 'utf8'),
) as readonly Recorded[]

// What nobody can know beforehand.
const chosen = /^(uid|creationTimestamp|time|resourceVersion|clusterIP|nodePort|lastPhaseTransitionTime)$/

function masked(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return name === 'clusterIPs' ? value.length : value.map((item) => masked(item))
  if (typeof value === 'string')
    return chosen.test(name) ? name : value.replace(/^kube-api-access-\w+$/, 'kube-api-access')
  if (typeof value === 'number') return chosen.test(name) ? name : value
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'resourceVersion')
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, masked(item, key)]),
  )
}

tests('kinds: what becomes of an object that is created', (test) => {
  for (const { object, stored } of recorded)
    test(`${object.kind} ${object.metadata.name}`, () => {
      const store = aStore('sb-b')
      const { kind, namespaced } = kindOf(object.kind)
      const key = { kind, namespace: namespaced ? 'sb-b' : '', name: object.metadata.name }
      const gvk = kinds.get(kind)?.names ?? { group: '', version: '', kind: '' }
      const { object: next } = check(gvk, object)
      const created = store.write(key, () => manage({ gvk, next, manager: 'test', now: 0 }), { dryRun: true })
      assert.equal(masked(created), masked(stored))
    })
})
