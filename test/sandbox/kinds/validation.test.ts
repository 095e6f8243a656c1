import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { Refusal } from '../../../sandbox/refusal.ts'
import { tests } from '../../support/tests.ts'
import { aStore, kindOf } from './support.ts'

interface Recorded {
  readonly title: string
  readonly object: { readonly kind: string; readonly metadata: { readonly name: string } }
  /** null: the real cluster took it. */
  readonly message: string | null
  readonly causes: readonly string[]
}

const recorded = JSON.parse(
  readFileSync(new URL('fixtures/refusals.json', import.meta.url), 'utf8'),
) as readonly Recorded[]

tests('kinds: what a real cluster refuses, in its words', (test) => {
  for (const { title, object, message, causes } of recorded)
    test(title, () => {
      const store = aStore('sb-b')
      const { kind, namespaced } = kindOf(object.kind)
      const { name } = object.metadata
      let refusal: Refusal | undefined
      try {
        store.write({ kind, namespace: namespaced ? 'sb-b' : '', name }, () => object as never, { dryRun: true })
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        refusal = error
      }
      const said = (refusal?.details?.causes ?? []).map((cause) => `${cause.field}: ${cause.message}`)
      assert.equal(said.toSorted(), causes.toSorted())
      // Go walks its maps in any order: of several causes the order is not told.
      if (causes.length < 2) assert.is(refusal?.message ?? null, message)
      else assert.ok(refusal?.message.startsWith(message ?? ''))
    })
})
