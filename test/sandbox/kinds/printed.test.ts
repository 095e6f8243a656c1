import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { kinds } from '../../../sandbox/kinds/index.ts'
import { humanDuration } from '../../../sandbox/kinds/time.ts'
import type { Obj } from '../../../sandbox/kubernetes.ts'
import { tests } from '../../support/tests.ts'

interface Recorded {
  readonly kind: string
  /** When a real cluster was asked for its Table. */
  readonly now: number
  readonly cells: Readonly<Record<string, unknown>>
  readonly object: Obj
}

const recorded = JSON.parse(
  readFileSync(new URL('fixtures/printed.json', import.meta.url), 'utf8'),
) as readonly Recorded[]

// Ages are of the moment in which the server answered: a second more or less is no difference.
const withoutSeconds = (cell: unknown) =>
  typeof cell === 'string' ? cell.replaceAll(/\b(\d+[mhd])?\d+s\b/g, '$1*s') : cell

tests('kinds: what a table says', (test) => {
  for (const { kind, now, cells, object } of recorded)
    test(`${kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`, () => {
      const columns = kinds.get(kind)?.columns ?? []
      const printed = columns.map(({ name, cell }) => [name, withoutSeconds(cell(object, now))])
      assert.equal(
        printed,
        Object.entries(cells).map(([name, cell]) => [name, withoutSeconds(cell)]),
      )
    })

  test('ages get coarser as they grow', () => {
    const minute = 60_000
    const hour = 60 * minute
    const day = 24 * hour
    const said = [
      0,
      119_000,
      2 * minute,
      9.5 * minute,
      10 * minute + 5000,
      2.9 * hour,
      3 * hour,
      5.5 * hour,
      47 * hour,
      49 * hour,
      9 * day,
      800 * day,
      -500,
      -5000,
    ]
    assert.equal(said.map(humanDuration), [
      '0s',
      '119s',
      '2m',
      '9m30s',
      '10m',
      '174m',
      '3h',
      '5h30m',
      '47h',
      '2d1h',
      '9d',
      '2y70d',
      '0s',
      '<invalid>',
    ])
  })
})
