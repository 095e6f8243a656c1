import * as assert from 'uvu/assert'
import type { Facts } from '../../../scripts/cluster/facts.ts'
import { preflight, verifyCanPlay } from '../../../scripts/cluster/preflight/index.ts'
import { Problem } from '../../../scripts/cluster/problem.ts'
import type { LessonName } from '../../../scripts/contents.ts'
import { manifestsOf, objectsOf } from '../../../scripts/stage/manifests.ts'
import { tests } from '../../support/tests.ts'
import type { Answers } from '../support/api.ts'
import { answering } from '../support/api.ts'

const facts: Facts = {
  minor: 34,
  storageClass: {
    name: 'standard',
    provisioner: 'rancher.io/local-path',
    binding: 'Immediate',
    reclaim: 'Delete',
    isDefault: true,
  },
  askedClass: undefined,
  classes: ['standard'],
  maySee: { classes: true, volumes: true, nodes: true },
  kubelets: [34],
  openshift: false,
}

const rules = [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }]
const teamA = { metadata: { name: 'team-a' } }

async function found(lesson: LessonName, answers: Answers, { namespace = 'team-a', known = facts } = {}) {
  const folder = manifestsOf(lesson)
  const own = namespace.startsWith('tour-')
  return preflight(answering({ rules, ...answers }).api, known, {
    lesson,
    made: await objectsOf(folder),
    namespace,
    own,
    folder,
  })
}

tests('preflight', (test) => {
  test('a cluster that allows everything has no obstacles', async () => {
    assert.equal(await found('storage', {}, { namespace: 'tour-storage' }), { obstacles: [], notes: [] })
    assert.equal(await found('storage', { objects: { Namespace: [teamA] } }), { obstacles: [], notes: [] })
  })

  test('a namespace that is not there is all that is said', async () => {
    const { obstacles } = await found('storage', { rules: [], denied: ['create pods/exec'] })
    assert.equal(
      obstacles.map(({ topic }) => topic),
      ['namespace'],
    )
    assert.match(obstacles[0]?.wayOut ?? '', /kubectl create namespace team-a/)
  })

  test('a namespace that may not be seen may be there', async () => {
    assert.equal((await found('secrets', { objects: { Namespace: '403' } })).obstacles, [])
  })

  test('a namespace that is being deleted is refused', async () => {
    const leaving = { metadata: { name: 'team-a', deletionTimestamp: '2026-01-01T00:00:00Z' } }
    assert.match(
      (await found('secrets', { objects: { Namespace: [leaving] } })).obstacles[0]?.sentence ?? '',
      /is being deleted/,
    )
  })

  test('Pod Security is a note', async () => {
    const labelled = { metadata: { name: 'team-a', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } }
    const { obstacles, notes } = await found('secrets', { objects: { Namespace: [labelled] } })
    assert.equal([obstacles, notes.length], [[], 1])
  })

  test("quotas and limits are looked at in somebody's namespace only", async () => {
    const tight = {
      ResourceQuota: [{ metadata: { name: 'q', namespace: 'team-a' }, spec: { hard: { pods: '0' } } }],
      Namespace: [teamA],
    }
    assert.equal(
      (await found('secrets', { objects: tight })).obstacles.map(({ topic }) => topic),
      ['quota'],
    )
    assert.equal((await found('secrets', { objects: tight }, { namespace: 'tour-secrets' })).obstacles, [])
  })

  test('nodes that may not be seen are a note where a lesson needs to know their version', async () => {
    const known = { ...facts, kubelets: [], maySee: { ...facts.maySee, nodes: false } }
    const notes = async (lesson: LessonName) => (await found(lesson, {}, { namespace: `tour-${lesson}`, known })).notes
    assert.equal(await notes('sidecar'), ['nodes: not visible to you'])
    assert.equal(await notes('secrets'), [])
  })

  test('the first obstacle is the sentence, and what follows are the others and the ways out, each once', () => {
    const obstacle = (sentence: string, wayOut: string) => ({ topic: 'rights', sentence, wayOut }) as const
    const obstacles = [obstacle('One.', 'ask'), obstacle('Two.', 'ask'), obstacle('Three.', 'pay')]
    try {
      verifyCanPlay({ obstacles, notes: [] })
      assert.unreachable()
    } catch (error) {
      assert.instance(error, Problem)
      const { exitCode, message, wayOut } = error as Problem
      assert.equal([exitCode, message, wayOut], [3, 'One.', 'Two.\nThree.\nask\npay'])
    }
  })

  test('without an obstacle nothing is thrown', () =>
    verifyCanPlay({ obstacles: [], notes: ['volumes: not visible to you'] }))
})
