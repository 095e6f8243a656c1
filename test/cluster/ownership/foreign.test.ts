import * as assert from 'uvu/assert'
import type { Planned } from '../../../scripts/cluster/ownership/foreign.ts'
import { othersLabelled, verifyNoneOfOthers } from '../../../scripts/cluster/ownership/foreign.ts'
import { exit, Problem } from '../../../scripts/cluster/problem.ts'
import { rejects, tests } from '../../support/tests.ts'
import { answering, type Answers } from '../support/api.ts'

/** What the lesson on StatefulSets makes. */
const planned: readonly Planned[] = [
  { apiVersion: 'v1', kind: 'Service', name: 'web-headless', podLabels: {}, selector: { app: 'web' } },
  {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    name: 'web',
    podLabels: { app: 'web', mesh: 'no' },
    selector: { app: 'web' },
  },
  { apiVersion: 'v1', kind: 'Pod', name: 'web-0', podLabels: {}, selector: undefined },
]

const named = (name: string, labels: object = {}) => ({ metadata: { name, labels } })
const controller = (name: string, labels: object, matchLabels: object) => ({
  ...named(name),
  spec: { selector: { matchLabels }, template: { metadata: { labels } } },
})

const verify = (objects: Answers['objects'] = {}) => verifyNoneOfOthers(answering({ objects }).api, 'mine', planned)

tests('what keeps a lesson out of a namespace', (test) => {
  const refusedFor = (name: string, objects: Answers['objects'], who: string) =>
    test(name, async () => {
      const error = await rejects(
        verify(objects),
        `${who} in mine is not the tour's, and the lesson would get in its way.`,
      )
      assert.ok(error instanceof Problem)
      assert.is(error.exitCode, exit.refused)
      assert.match(error.wayOut, '-n NAME')
    })

  refusedFor('an object of a name of ours', { Pod: [{ kind: 'Pod', ...named('web-0') }] }, 'Pod web-0')
  refusedFor('a Pod with the labels of ours', { Pod: [named('other', { app: 'web', more: 'x' })] }, 'Pod other')
  refusedFor(
    'a claim with them',
    { PersistentVolumeClaim: [named('data', { app: 'web' })] },
    'PersistentVolumeClaim data',
  )
  refusedFor('a controller with them', { Deployment: [named('front', { app: 'web' })] }, 'Deployment front')
  refusedFor(
    'a controller that makes such Pods',
    { Deployment: [controller('front', { app: 'web' }, { x: 'y' })] },
    'Deployment front',
  )
  refusedFor(
    'a controller that would take ours',
    { ReplicaSet: [controller('front', {}, { mesh: 'no' })] },
    'ReplicaSet front',
  )
  refusedFor('a DaemonSet that would', { DaemonSet: [controller('agent', {}, { app: 'web' })] }, 'DaemonSet agent')
  refusedFor(
    'a Service that selects ours',
    { Service: [{ ...named('web'), spec: { selector: { app: 'web' } } }] },
    'Service web',
  )

  test('all of it is counted, each once', async () => {
    const pods = ['a', 'b', 'c', 'd', 'e'].map((name) => named(name, { app: 'web' }))
    await rejects(
      verify({ Pod: pods }),
      "Pod a in mine is not the tour's, and the lesson would get in its way (and 4 more: Pod b, Pod c, Pod d).",
    )
  })
})

tests('what does not', (test) => {
  const fine = (name: string, objects: Answers['objects']) => test(name, () => verify(objects))
  fine('nothing', {})
  fine('other labels', {
    Pod: [named('a', { app: 'other' })],
    Deployment: [controller('b', { app: 'x' }, { app: 'x' })],
  })
  fine('a part of what a Service asks for', {
    Service: [{ ...named('s'), spec: { selector: { app: 'web', tier: 'x' } } }],
  })
  fine('a Service that has such a label of its own', { Service: [named('s', { app: 'web' })] })
  fine('a Service without a selector', {
    Service: [
      { ...named('s'), spec: {} },
      { ...named('t'), spec: { selector: {} } },
    ],
  })
  fine('kinds that may not be seen', { Pod: '403', DaemonSet: '403' })

  test('but what goes wrong in another way is no answer', async () => {
    const { api } = answering({})
    const broken = { ...api, list: () => Promise.reject(new Error('gone')) } as unknown as typeof api
    await rejects(verifyNoneOfOthers(broken, 'mine', planned), 'gone')
  })
})

tests('what else has a label', (test) => {
  test('is named', async () => {
    const { api } = answering({ objects: { Pod: [named('ours'), named('theirs')] } })
    const found = await othersLabelled(
      api,
      'mine',
      { apiVersion: 'v1', kind: 'Pod' },
      'app=web',
      ({ metadata }) => metadata.name === 'ours',
    )
    assert.equal(found, ['Pod theirs'])
  })
})
