import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { invalidValue } from '../../../sandbox/kinds/causes.ts'
import { kinds } from '../../../sandbox/kinds/index.ts'
import type { Obj } from '../../../sandbox/kubernetes.ts'
import { Refusal } from '../../../sandbox/refusal.ts'
import { check, mergePatch, strategicMerge } from '../../../sandbox/schema/index.ts'
import { tests } from '../../support/tests.ts'
import { aStore, kindOf } from './support.ts'

interface Change {
  readonly title: string
  readonly object: Obj
  readonly merge: boolean
  readonly patch: object
  /** Its first line: a diff of Go structs may follow. null: taken. */
  readonly message: string | null
}

const recorded = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8'))

function messageOf(work: () => unknown): string | null {
  try {
    work()
    return null
  } catch (error) {
    if (error instanceof Refusal) return error.message
    throw error
  }
}

tests('kinds: what may not be changed any more', (test) => {
  for (const { title, object, merge, patch, message } of recorded('changes') as readonly Change[])
    test(title, () => {
      const store = aStore('sb-b')
      const { kind, namespaced } = kindOf(object.kind)
      const key = { kind, namespace: namespaced ? 'sb-b' : '', name: object.metadata.name }
      const gvk = kinds.get(kind)?.names ?? { group: '', version: '', kind: '' }
      store.write(key, () => object)
      const said = messageOf(() =>
        store.write(key, (old) => {
          const changed = merge ? mergePatch(old as Obj, patch) : strategicMerge(gvk, old as Obj, patch)
          return check(gvk, changed).object
        }),
      )
      assert.is(said, message)
    })
})

interface Admission {
  readonly title: string
  readonly level: string
  readonly object: Obj
  readonly message: string | null
}

tests('kinds: the size of a claim', (test) => {
  const resized = (size: string, expandable = false) => {
    const store = aStore('sb-b')
    const key = { kind: 'persistentvolumeclaims', namespace: 'sb-b', name: 'c' }
    const spec = (storage: string) => ({ accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } })
    store.write({ kind: 'storageclasses.storage.k8s.io', namespace: '', name: 'standard' }, (old) => ({
      ...old,
      allowVolumeExpansion: expandable,
    }))
    store.write(key, () => ({ spec: spec('1Gi') }) as object)
    store.write(key, (old) => ({ ...old, status: { phase: 'Bound' } }) as object)
    return messageOf(() => store.write(key, (old) => check(core, mergePatch(old as Obj, { spec: spec(size) })).object))
  }
  const core = { group: '', version: 'v1', kind: 'PersistentVolumeClaim' }

  test('grows only where its class lets it', () => {
    const why =
      'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize'
    assert.is(resized('2Gi'), `persistentvolumeclaims "c" is forbidden: ${why}`)
    assert.is(resized('2Gi', true), null)
  })

  test('never shrinks', () => {
    const why = 'spec.resources.requests.storage: Forbidden: field can not be less than status.capacity'
    assert.is(resized('500Mi', true), `PersistentVolumeClaim "c" is invalid: ${why}`)
  })
})

tests('kinds: what a refusal shows', (test) => {
  test('what is missing, whatever else is said', () => {
    const key = { kind: 'pods', namespace: 'sb-b', name: 'x' }
    const said = messageOf(() => aStore('sb-b').write(key, () => ({ spec: { hostNetwork: true } }) as object))
    assert.is(said, 'Pod "x" is invalid: spec.containers: Required value')
  })

  test('maps in the order of their keys, Go structs in their own', () => {
    const { message } = invalidValue('a', { matchLabels: { b: '1', a: '2' }, b: { Type: '', Also: null } }, 'why')
    assert.is(message, 'Invalid value: {"b":{"Type":"","Also":null},"matchLabels":{"a":"2","b":"1"}}: why')
  })
})

tests('kinds: Pod Security', (test) => {
  for (const { title, level, object, message } of recorded('pod-security') as readonly Admission[])
    test(`${level}: ${title}`, () => {
      const store = aStore('sb-b', { 'pod-security.kubernetes.io/enforce': level })
      const key = { kind: 'pods', namespace: 'sb-b', name: object.metadata.name }
      assert.is(
        messageOf(() => store.write(key, () => object, { dryRun: true })),
        message,
      )
    })
})
