import * as assert from 'uvu/assert'
import { readAsked } from '../../../scripts/cluster/preflight/asked.ts'
import { limitsFor, outOfRange } from '../../../scripts/cluster/preflight/limits.ts'
import type { LessonName } from '../../../scripts/contents.ts'
import { manifestsOf } from '../../../scripts/stage/manifests.ts'
import { tests } from '../../support/tests.ts'
import { answering } from '../support/api.ts'

type Ranges = Parameters<typeof outOfRange>[0]

const range = (item: object) =>
  [{ metadata: { name: 'small', namespace: 'team-a' }, spec: { limits: [item] } }] as unknown as Ranges

tests('limit ranges', (test) => {
  // Each of these was applied on a real cluster, and its words agree with the API server's.
  const cases: readonly (readonly [string, LessonName, object, string | undefined])[] = [
    [
      'largest container',
      'storage',
      { type: 'Container', max: { cpu: '500m' } },
      'allows at most 500m of cpu, and container postgres of postgres has 1',
    ],
    ['largest container, just so', 'storage', { type: 'Container', max: { cpu: '1' } }, undefined],
    [
      'smallest container',
      'secrets',
      { type: 'Container', min: { memory: '20Mi' } },
      'asks for at least 20Mi of memory, and container app of config-test-vol has 16Mi',
    ],
    ['smallest container, just so', 'secrets', { type: 'Container', min: { memory: '16Mi' } }, undefined],
    [
      'native sidecar',
      'sidecar',
      { type: 'Container', min: { memory: '16Mi', cpu: '11m' } },
      'asks for at least 11m of cpu, and container main of native-sidecar has 10m',
    ],
    [
      'limit that follows its request',
      'secrets',
      { type: 'Container', maxLimitRequestRatio: { cpu: '10' } },
      'allows a limit of 10 times the request for cpu, and container app of config-test-vol has 25 times',
    ],
    [
      'largest Pod',
      'sidecar',
      { type: 'Pod', max: { memory: '150Mi' } },
      'allows at most 150Mi of memory, and Pod sidecar-shared-pid has 160Mi',
    ],
    ['largest Pod, just so', 'sidecar', { type: 'Pod', max: { memory: '160Mi' } }, undefined],
    [
      'largest claim',
      'storage',
      { type: 'PersistentVolumeClaim', max: { storage: '500Mi' } },
      'allows at most 500Mi of storage, and claim postgres-pvc has 1Gi',
    ],
    [
      'smallest claim',
      'statefulset',
      { type: 'PersistentVolumeClaim', min: { storage: '1Gi' } },
      'asks for at least 1Gi of storage, and claim www-web-0 has 100Mi',
    ],
    [
      'default, which ours do not need',
      'secrets',
      { type: 'Container', default: { cpu: '1m' }, defaultRequest: { cpu: '1m' } },
      undefined,
    ],
    ['bound for what ours do not name', 'secrets', { type: 'Container', max: { 'ephemeral-storage': '1' } }, undefined],
    ['claim, in a lesson without', 'secrets', { type: 'PersistentVolumeClaim', max: { storage: '1' } }, undefined],
  ]
  for (const [name, lesson, item, expected] of cases) {
    test(`${name}, in ${lesson}`, async () => {
      const found = outOfRange(range(item), await readAsked(manifestsOf(lesson)))
      assert.equal(
        found.map(({ sentence }) => sentence),
        expected === undefined ? [] : [`LimitRange small in team-a ${expected}.`],
      )
    })
  }

  test('limit ranges that may not be seen are a note', async () => {
    const found = await limitsFor(
      answering({ objects: { LimitRange: '403' } }).api,
      await readAsked(manifestsOf('secrets')),
      'team-a',
    )
    assert.equal(found, { obstacles: [], notes: ['limit ranges: not visible to you'] })
  })
})
