import * as assert from 'uvu/assert'
import type { Problem } from '../../scripts/cluster/problem.ts'
import { hasNativeSidecars, minorOf, readFacts } from '../../scripts/cluster/facts.ts'
import type { Target } from '../../scripts/cluster/target.ts'
import { rejects, tests } from '../support/tests.ts'
import type { Answers } from './support/api.ts'
import { answering } from './support/api.ts'

const target = { shown: { serverVersion: 'v1.34.4' } } as unknown as Target
const marked = 'storageclass.kubernetes.io/is-default-class'

const storageClass = (
  name: string,
  annotations: Record<string, string> = {},
  creationTimestamp = '2026-01-01T00:00:00Z',
) => ({
  metadata: { name, annotations, creationTimestamp },
  provisioner: `${name}.example.com`,
  volumeBindingMode: 'WaitForFirstConsumer',
})

const facts = (answers: Answers, asked?: string) => readFacts(answering(answers).api, target, { storageClass: asked })
const classes = (...found: readonly object[]): Answers => ({ objects: { StorageClass: found } })

tests('facts', (test) => {
  const chosen: readonly (readonly [string, Answers, string | undefined, string | undefined])[] = [
    ['no class', classes(), undefined, undefined],
    ['none marked', classes(storageClass('a'), storageClass('b', { [marked]: 'false' })), undefined, undefined],
    ['one marked', classes(storageClass('a'), storageClass('b', { [marked]: 'true' })), undefined, 'b'],
    [
      'marked in the beta way',
      classes(storageClass('a', { 'storageclass.beta.kubernetes.io/is-default-class': 'true' })),
      undefined,
      'a',
    ],
    [
      'two marked: the newest',
      classes(storageClass('a', { [marked]: 'true' }), storageClass('b', { [marked]: 'true' }, '2026-02-01T00:00:00Z')),
      undefined,
      'b',
    ],
    [
      'two of one moment: by name',
      classes(storageClass('z', { [marked]: 'true' }), storageClass('y', { [marked]: 'true' })),
      undefined,
      'y',
    ],
    ['one asked for', classes(storageClass('a'), storageClass('b', { [marked]: 'true' })), 'a', 'a'],
    ['one asked for, where none can be seen', { objects: { StorageClass: '403' } }, 'a', undefined],
  ]
  for (const [name, answers, asked, expected] of chosen) {
    test(`storage class, ${name}: ${expected ?? 'none'}`, async () =>
      assert.is((await facts(answers, asked)).storageClass?.name, expected))
  }

  test('a class that is not there is refused, with the nearest name', async () => {
    const error = (await rejects(
      facts(classes(storageClass('standard')), 'standrad'),
      'There is no storage class "standrad".',
    )) as Problem
    assert.is(error.exitCode, 3)
    assert.is(error.wayOut, 'did you mean standard?')
  })

  test('what may not be seen is told apart from what is not there', async () => {
    const found = await facts({ objects: { StorageClass: '403', Node: '403' }, denied: ['list persistentvolumes'] })
    assert.equal(found.maySee, { classes: false, volumes: false, nodes: false })
    assert.equal((await facts({})).maySee, { classes: true, volumes: true, nodes: true })
  })

  test('OpenShift is known by its API group, visible or not', async () => {
    assert.is((await facts({})).openshift, false)
    assert.is((await facts({ objects: { SecurityContextConstraints: [] } })).openshift, true)
    assert.is((await facts({ objects: { SecurityContextConstraints: '403' } })).openshift, true)
  })

  test('native sidecars need every kubelet', async () => {
    const kubelet = (kubeletVersion: string) => ({
      metadata: { name: kubeletVersion },
      status: { nodeInfo: { kubeletVersion } },
    })
    assert.ok(hasNativeSidecars(await facts({ objects: { Node: [kubelet('v1.29.0-eks-1')] } })))
    assert.not(hasNativeSidecars(await facts({ objects: { Node: [kubelet('v1.29.0'), kubelet('v1.28.9')] } })))
  })

  for (const [version, minor] of [
    ['v1.34.4', 34],
    ['34+', 0],
    ['1.29+', 29],
    ['v1.32.4-dispatcher', 32],
    ['unknown', 0],
  ] as const) {
    test(`the minor version of ${version} is ${minor}`, () => assert.is(minorOf(version), minor))
  }
})
