import * as assert from 'uvu/assert'
import { rowsOf } from '../../scripts/contents.ts'
import type { Check } from '../../scripts/stage/checks/check.ts'
import { equal, fact, verdict } from '../../scripts/stage/checks/check.ts'
import { Ledger, notReached } from '../../scripts/stage/claims.ts'
import type { Claim, Event } from '../../scripts/stage/events.ts'
import { rejects, tests } from '../support/tests.ts'

const never = new AbortController().signal

function ledger() {
  const events: Event[] = []
  return { events, ledger: new Ledger('storage', (event) => void events.push(event)) }
}

/** A check that holds from this look on. */
function holdsAt(look: number): { readonly check: Check; readonly looks: () => number } {
  let looks = 0
  return {
    looks: () => looks,
    check: {
      what: 'it holds',
      look: () => {
        looks += 1
        return verdict(looks >= look, 'yes', `look ${looks}`)
      },
    },
  }
}

tests('a claim', (test) => {
  test('that holds is proven at the first look', async () => {
    const { ledger: book, events } = ledger()
    const { check, looks } = holdsAt(1)
    await book.prove('P1', 'so it is', check, never)
    assert.is(looks(), 1)
    const told = events.map((event) => {
      const { seconds, ...rest } = event as Claim
      assert.ok(seconds !== undefined && seconds >= 0, 'how long the look took')
      return rest
    })
    assert.equal(told, [
      {
        type: 'claim',
        lesson: 'storage',
        id: 'P1',
        result: 'proven',
        claim: 'so it is',
        expected: 'yes',
        observed: 'look 1',
      },
    ])
  })

  for (const look of [2, 3])
    test(`that holds at look ${look} is proven`, async () => {
      const { ledger: book } = ledger()
      const { check, looks } = holdsAt(look)
      assert.is((await book.prove('P1', 'so it is', check, never)).holds, true)
      assert.is(looks(), look)
      assert.is(book.counts.proven, 1)
    })

  test('that does not hold at the third look has failed, with what was seen last', async () => {
    const { ledger: book, events } = ledger()
    const { check, looks } = holdsAt(4)
    assert.is((await book.prove('P1', 'so it is', check, never)).holds, false)
    assert.is(looks(), 3)
    assert.equal(book.counts, { proven: 0, failed: 1, told: 0, notHere: 0 })
    assert.equal(Reflect.get(events[0] ?? {}, 'observed'), 'look 3')
  })

  test('whose look throws has failed, with why', async () => {
    const { ledger: book, events } = ledger()
    await book.prove(
      'P1',
      'x',
      { what: 'the file is there', look: () => Promise.reject(new Error('no such Pod')) },
      never,
    )
    const [event] = events
    assert.equal(event?.type === 'claim' && [event.result, event.expected, event.observed], [
      'failed',
      'the file is there',
      'no such Pod',
    ])
  })

  test('says where to look, where the check knows', async () => {
    const { ledger: book, events } = ledger()
    await book.prove('P1', 'x', fact(true, 'a', 'b', 'kubectl get pvc'), never)
    await book.prove('P2', 'x', equal('a', 'a'), never)
    assert.equal(
      events.map((event) => Reflect.get(event, 'lookAt')),
      ['kubectl get pvc', undefined],
    )
  })

  test('is not called false when the run is interrupted', async () => {
    const { ledger: book, events } = ledger()
    const stop = new AbortController()
    const { check } = holdsAt(9)
    setTimeout(() => stop.abort(), 50)
    await rejects(book.prove('P1', 'x', check, stop.signal))
    assert.equal(events, [])
  })
})

tests('the rows of a lesson', (test) => {
  test('are told once', () => {
    const { ledger: book } = ledger()
    book.enter('P1', 'told', 'x', '', 'y')
    assert.throws(() => book.enter('P1', 'proven', 'x', '', 'y'), 'P1 was told before')
  })

  test('are those of the lesson', () => {
    for (const id of ['S1', 'P0', 'P9', 'p1', ''])
      assert.throws(() => ledger().ledger.enter(id, 'proven', 'x', '', ''), `${id} is no row of storage`)
  })

  test('that were not reached have failed, with why; none is left out', () => {
    const { ledger: book, events } = ledger()
    book.enter('P2', 'proven', 'x', '', '')
    book.enter('P3', 'notHere', 'x', '', '')
    book.close('kubectl apply failed')
    assert.equal(events.map((event) => Reflect.get(event, 'id') as string).toSorted(), rowsOf('storage'))
    const rest = events.slice(2)
    assert.ok(rest.every((event) => event.type === 'claim' && event.result === 'failed' && event.claim === notReached))
    assert.is(Reflect.get(rest[0] ?? {}, 'observed'), 'kubectl apply failed')
    assert.equal(book.counts, { proven: 1, failed: 6, told: 0, notHere: 1 })
    book.close('again')
    assert.is(events.length, 8)
  })
})
