import * as assert from 'uvu/assert'
import type { Facts } from '../../../scripts/cluster/facts.ts'
import type { AskedClaim } from '../../../scripts/cluster/preflight/asked.ts'
import { spareVolume, storageFor } from '../../../scripts/cluster/preflight/storage.ts'
import { tests } from '../../support/tests.ts'
import type { Answers } from '../support/api.ts'
import { answering } from '../support/api.ts'

type Volumes = Parameters<typeof spareVolume>[0]

const claim: AskedClaim = {
  names: ['data-pvc'],
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
}

const volume = (spec: object = {}, metadata: object = {}, phase = 'Available') => ({
  metadata: { name: 'spare', ...metadata },
  spec: { storageClassName: 'standard', capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], ...spec },
  status: { phase },
})

const standard = {
  name: 'standard',
  provisioner: 'rancher.io/local-path',
  binding: 'WaitForFirstConsumer',
  reclaim: 'Delete',
  isDefault: true,
} as const

const facts = (changes: Partial<Facts> = {}): Facts => ({
  minor: 34,
  storageClass: standard,
  askedClass: undefined,
  classes: ['standard'],
  maySee: { classes: true, volumes: true, nodes: true },
  kubelets: [34],
  openshift: false,
  ...changes,
})

const found = async (known: Facts, answers: Answers = {}, claims: readonly AskedClaim[] = [claim]) => {
  const { obstacles, notes } = await storageFor(answering(answers).api, known, claims, 'tour-storage')
  return { sentences: obstacles.map(({ sentence }) => sentence), ways: obstacles.map(({ wayOut }) => wayOut), notes }
}

tests('storage', (test) => {
  const spare: readonly (readonly [string, object, boolean])[] = [
    ['of the class and the size', volume(), true],
    ['larger than asked', volume({ capacity: { storage: '1500Mi' } }), true],
    ['smaller than asked', volume({ capacity: { storage: '1000Mi' } }), false],
    ['with more access modes', volume({ accessModes: ['ReadOnlyMany', 'ReadWriteOnce'] }), true],
    ['without the access mode', volume({ accessModes: ['ReadWriteMany'] }), false],
    ['of another class', volume({ storageClassName: 'fast' }), false],
    ['of no class', volume({ storageClassName: undefined }), false],
    ['that is Bound', volume({}, {}, 'Bound'), false],
    ['that is Released', volume({}, {}, 'Released'), false],
    ['that is being deleted', volume({}, { deletionTimestamp: '2026-01-01T00:00:00Z' }), false],
    ['kept for a foreign claim', volume({ claimRef: { namespace: 'team-a', name: 'data-pvc' } }), false],
    ['kept for this very claim', volume({ claimRef: { namespace: 'tour-storage', name: 'data-pvc' } }), true],
    ['that is a raw block device', volume({ volumeMode: 'Block' }), false],
  ]
  for (const [name, object, could] of spare) {
    test(`a volume ${name} ${could ? 'could' : 'could not'} be taken`, () => {
      assert.is(
        spareVolume([object] as unknown as Volumes, [claim], 'standard', 'tour-storage'),
        could ? 'spare' : undefined,
      )
    })
  }

  test('a claim that names its class takes no volume of the default one', () => {
    const named = { ...claim, spec: { ...claim.spec, storageClassName: 'fast' } }
    assert.is(spareVolume([volume()], [named], 'standard', 'tour-storage'), undefined)
  })

  test('a claim of the empty class takes a volume without a class', () => {
    const classless = { ...claim, spec: { ...claim.spec, storageClassName: '' } }
    assert.is(spareVolume([volume({ storageClassName: undefined })], [classless], 'standard', 'tour-storage'), 'spare')
  })

  test('a claim with a selector takes only volumes that it selects', () => {
    const picky = { ...claim, spec: { ...claim.spec, selector: { matchLabels: { disk: 'ssd' } } } }
    const volumes = [volume({}, { name: 'plain' }), volume({}, { name: 'labelled', labels: { disk: 'ssd' } })]
    assert.is(spareVolume(volumes, [picky], 'standard', 'tour-storage'), 'labelled')
  })

  test('a lesson without claims needs nothing', async () => {
    assert.equal(await found(facts({ storageClass: undefined }), { objects: { PersistentVolume: [volume()] } }, []), {
      sentences: [],
      ways: [],
      notes: [],
    })
  })

  test('no default class is an obstacle, with the classes to choose from', async () => {
    const { sentences, ways } = await found(facts({ storageClass: undefined, classes: ['fast', 'slow'] }))
    assert.match(sentences[0] ?? '', /^There is no default storage class/)
    assert.is(ways[0], 'name one with --storage-class: fast, slow')
  })

  test('a class without a provisioner is an obstacle', async () => {
    const { sentences, ways } = await found(
      facts({
        storageClass: { ...standard, name: 'by-hand', provisioner: 'kubernetes.io/no-provisioner' },
        classes: ['by-hand', 'fast'],
      }),
    )
    assert.match(sentences[0] ?? '', /^The storage class by-hand has no provisioner/)
    assert.is(ways[0], 'name another with --storage-class: fast')
  })

  test('a spare volume is an obstacle', async () => {
    assert.equal((await found(facts(), { objects: { PersistentVolume: [volume()] } })).sentences, [
      "A claim of the lesson could bind somebody's spare volume spare.",
    ])
  })

  test('what may not be seen is a note', async () => {
    const blind = facts({
      storageClass: undefined,
      classes: [],
      maySee: { classes: false, volumes: false, nodes: false },
    })
    assert.equal(await found(blind), {
      sentences: [],
      ways: [],
      notes: ['storage classes: not visible to you', 'volumes: not visible to you'],
    })
  })

  test('a class that retains is a note where its volumes may not be changed', async () => {
    const keep = facts({ storageClass: { ...standard, reclaim: 'Retain' } })
    assert.is((await found(keep, { denied: ['patch persistentvolumes'] })).notes.length, 1)
    assert.is((await found(keep)).notes.length, 0)
  })
})
