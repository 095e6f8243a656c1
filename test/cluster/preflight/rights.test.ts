import * as assert from 'uvu/assert'
import type { Asked } from '../../../scripts/cluster/preflight/asked.ts'
import { neededRights, rightsFor } from '../../../scripts/cluster/preflight/rights.ts'
import { tests } from '../../support/tests.ts'
import type { Answers } from '../support/api.ts'
import { answering } from '../support/api.ts'

const asked: Asked = {
  kinds: [
    { apiVersion: 'v1', kind: 'Service', count: 1 },
    { apiVersion: 'apps/v1', kind: 'StatefulSet', count: 1 },
  ],
  pods: [],
  claims: [],
}
const made = [...asked.kinds, { apiVersion: 'v1', kind: 'PersistentVolumeClaim' }]

const everything = [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }]

const named = (own: boolean) =>
  neededRights(asked, made, own).map(
    ({ verb, resource, subresource }) => `${verb} ${resource}${subresource === undefined ? '' : `/${subresource}`}`,
  )

const found = async (answers: Answers, own: boolean) => {
  const { api, asked: questions } = answering(answers)
  const { obstacles, notes } = await rightsFor(api, asked, made, { namespace: 'team-a', own })
  return { sentences: obstacles.map(({ sentence }) => sentence), notes, questions }
}

tests('rights', (test) => {
  const needed: readonly (readonly [string, boolean, boolean])[] = [
    // the right, in a namespace of the tour's own, in somebody's
    ['create services', true, true],
    ['patch statefulsets', true, true],
    ['watch statefulsets', true, true],
    ['patch statefulsets/scale', true, true],
    ['create pods/exec', true, true],
    ['get pods/exec', false, false],
    ['get pods/log', true, true],
    ['delete pods', true, true],
    ['create pods', false, false],
    ['watch persistentvolumeclaims', true, true],
    ['delete persistentvolumeclaims', true, true],
    ['create persistentvolumeclaims', false, false],
    ['list events', false, false],
    ['create leases', true, false],
    ['delete configmaps', false, true],
    ['list deployments', true, false],
    ['create secrets', false, false],
  ]
  for (const [right, own, shared] of needed) {
    test(`${right}: ${own ? 'needed' : 'not needed'} in an own namespace, ${shared ? 'needed' : 'not needed'} with -n`, () => {
      assert.is(named(true).includes(right), own)
      assert.is(named(false).includes(right), shared)
    })
  }

  test('a lesson that makes no claims needs no right to see any', () => {
    const pods = { kinds: [{ apiVersion: 'v1', kind: 'Pod', count: 1 }], pods: [], claims: [] }
    const resources = neededRights(pods, pods.kinds, true).map(({ resource }) => resource)
    assert.is(resources.includes('persistentvolumeclaims'), false)
  })

  test('no right is asked about twice', () => assert.is(new Set(named(false)).size, named(false).length))

  test('rules that grant everything need no further question, save about namespaces', async () => {
    assert.equal((await found({ rules: everything }, false)).questions, [])
    assert.equal((await found({ rules: everything }, true)).questions, [
      'create namespaces',
      'get namespaces',
      'delete namespaces',
    ])
  })

  test('what the rules do not grant is asked about, and may be granted', async () => {
    const { sentences, questions } = await found({ rules: [] }, false)
    assert.equal(sentences, [])
    assert.ok(questions.includes('create pods/exec'))
  })

  test("what is missing is named in kubectl's terms, one sentence for the same verbs", async () => {
    const { sentences } = await found(
      { denied: ['create pods/exec', 'create services', 'create statefulsets', 'patch statefulsets/scale'] },
      false,
    )
    assert.equal(sentences, [
      'You may not create services, statefulsets.apps or pods/exec in team-a.',
      'You may not patch statefulsets.apps/scale in team-a.',
    ])
  })

  test('several verbs of one resource stand in one sentence', async () => {
    assert.equal(
      (await found({ denied: ['create configmaps', 'patch configmaps', 'delete configmaps'] }, false)).sentences,
      ['You may not create, patch or delete configmaps in team-a.'],
    )
  })

  test('without a right to namespaces nothing else is said', async () => {
    const { sentences } = await found({ denied: ['create namespaces', 'create pods/exec'] }, true)
    assert.equal(sentences, ['You may not create namespaces on this cluster.'])
  })

  test('with -n no right to namespaces is needed', async () => {
    assert.equal((await found({ denied: ['create namespaces', 'delete namespaces'] }, false)).sentences, [])
  })

  test('events are a note', async () => {
    const { sentences, notes } = await found({ denied: ['watch events'] }, false)
    assert.equal([sentences, notes], [[], ['events: not visible to you']])
  })
})
