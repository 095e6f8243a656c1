import * as assert from 'uvu/assert'
import { readAsked } from '../../../scripts/cluster/preflight/asked.ts'
import { quotaFor, tooSmall, usageOf } from '../../../scripts/cluster/preflight/quota.ts'
import type { LessonName } from '../../../scripts/contents.ts'
import { manifestsOf } from '../../../scripts/stage/manifests.ts'
import { tests } from '../../support/tests.ts'
import { answering } from '../support/api.ts'

type Quotas = Parameters<typeof tooSmall>[0]

const quota = (hard: object, used: object = {}, spec: object = {}) =>
  [
    { metadata: { name: 'compute', namespace: 'team-a' }, spec: { hard, ...spec }, status: { hard, used } },
  ] as unknown as Quotas

const usage = async (lesson: LessonName) => usageOf(await readAsked(manifestsOf(lesson)), 'standard')

tests('quota', (test) => {
  const cases: readonly (readonly [string, LessonName, Quotas, boolean])[] = [
    ['one Pod', 'secrets', quota({ pods: '1' }), true],
    ['as many Pods as needed', 'secrets', quota({ pods: '2' }), false],
    ['as many, one of them in use', 'secrets', quota({ pods: '2' }, { pods: '1' }), true],
    ['Pods by count', 'statefulset', quota({ 'count/pods': '3' }), true],
    ['CPU that is asked for, just enough', 'statefulset', quota({ 'requests.cpu': '40m' }), false],
    ['CPU that is asked for, a little short', 'statefulset', quota({ 'requests.cpu': '39m' }), true],
    ['cpu means requests', 'statefulset', quota({ cpu: '39m' }), true],
    ['limits of CPU', 'storage', quota({ 'limits.cpu': '1200m' }), true],
    ['limits of CPU, just enough', 'storage', quota({ 'limits.cpu': '1250m' }), false],
    ['memory, in other units', 'sidecar', quota({ 'limits.memory': '384M' }), true],
    ['memory, just enough', 'sidecar', quota({ 'limits.memory': '384Mi' }), false],
    ['claims', 'statefulset', quota({ persistentvolumeclaims: '2' }), true],
    ['storage', 'storage', quota({ 'requests.storage': '1.5Gi' }), true],
    [
      'storage of the class',
      'storage',
      quota({ 'standard.storageclass.storage.k8s.io/requests.storage': '1Gi' }),
      true,
    ],
    ['storage of another class', 'storage', quota({ 'fast.storageclass.storage.k8s.io/requests.storage': '0' }), false],
    [
      'claims of the class',
      'statefulset',
      quota({ 'standard.storageclass.storage.k8s.io/persistentvolumeclaims': '2' }),
      true,
    ],
    ["ConfigMaps, the tour's record among them", 'secrets', quota({ configmaps: '2' }, { configmaps: '1' }), true],
    ['StatefulSets', 'statefulset', quota({ 'count/statefulsets.apps': '0' }), true],
    ["a Deployment's ReplicaSet", 'storage', quota({ 'count/replicasets.apps': '0' }), true],
    ['Services', 'statefulset', quota({ services: '5' }, { services: '5' }), true],
    [
      'what the lesson does not use',
      'secrets',
      quota({ 'services.loadbalancers': '0', persistentvolumeclaims: '0' }),
      false,
    ],
    [
      'nothing left of what the lesson does not use',
      'secrets',
      quota({ persistentvolumeclaims: '1' }, { persistentvolumeclaims: '9' }),
      false,
    ],
    ['Pods without requests only', 'secrets', quota({ pods: '0' }, {}, { scopes: ['BestEffort'] }), false],
    ['Pods with requests', 'secrets', quota({ pods: '0' }, {}, { scopes: ['NotBestEffort', 'NotTerminating'] }), true],
    [
      'Pods of a priority class',
      'secrets',
      quota(
        { pods: '0' },
        {},
        { scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['high'] }] } },
      ),
      false,
    ],
    [
      'Pods without a priority class',
      'secrets',
      quota(
        { pods: '0' },
        {},
        { scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'DoesNotExist' }] } },
      ),
      true,
    ],
  ]
  for (const [name, lesson, quotas, refuses] of cases) {
    test(`a quota of ${name} ${refuses ? 'refuses' : 'lets'} ${lesson}`, async () => {
      assert.is(tooSmall(quotas, await usage(lesson)).length > 0, refuses)
    })
  }

  test('the sentence has the figures', async () => {
    const [first] = tooSmall(
      quota({ 'limits.memory': '400Mi' }, { 'limits.memory': '64Mi' }),
      await usage('statefulset'),
    )
    assert.is(
      first?.sentence,
      'Quota compute in team-a allows 400Mi of limits.memory, 64Mi of it in use, and the lesson needs 416Mi more.',
    )
  })

  test('a quota that is not counted yet counts from nothing', async () => {
    const fresh = [
      { metadata: { name: 'compute', namespace: 'team-a' }, spec: { hard: { pods: '1' } } },
    ] as unknown as Quotas
    assert.is(tooSmall(fresh, await usage('secrets')).length, 1)
  })

  test('quotas that may not be seen are a note', async () => {
    const found = await quotaFor(
      answering({ objects: { ResourceQuota: '403' } }).api,
      await readAsked(manifestsOf('secrets')),
      'team-a',
      'standard',
    )
    assert.equal(found, { obstacles: [], notes: ['quota: not visible to you'] })
  })
})
