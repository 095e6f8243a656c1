import * as assert from 'uvu/assert'
import { askedBy, readAsked, runningContainers } from '../../../scripts/cluster/preflight/asked.ts'
import { lessonNames } from '../../../scripts/contents.ts'
import { manifestsOf } from '../../../scripts/stage/manifests.ts'
import { tests } from '../../support/tests.ts'

tests('what manifests ask for', (test) => {
  test('a StatefulSet: its Pods, a claim for each, and only what the learner makes', async () => {
    const { kinds, pods, claims } = await readAsked(manifestsOf('statefulset'))
    assert.equal(kinds, [
      { apiVersion: 'v1', kind: 'Pod', count: 1 },
      { apiVersion: 'v1', kind: 'Service', count: 1 },
      { apiVersion: 'apps/v1', kind: 'StatefulSet', count: 1 },
    ])
    assert.equal(
      pods.map(({ name, replicas }) => [name, replicas]),
      [
        ['debug', 1],
        ['web', 3],
      ],
    )
    assert.equal(
      claims.map(({ names }) => names),
      [['www-web-0', 'www-web-1', 'www-web-2']],
    )
  })

  test('an object in two files counts once', () => {
    const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n'
    assert.equal(askedBy([text, `${text}---\n${text}`]).kinds, [{ apiVersion: 'v1', kind: 'ConfigMap', count: 1 }])
  })

  // usageOf and the LimitRanges count on it.
  test('no lesson has init containers that end', async () => {
    for (const lesson of lessonNames) {
      for (const { spec } of (await readAsked(manifestsOf(lesson))).pods) {
        assert.is(runningContainers(spec).length, spec.containers.length + (spec.initContainers ?? []).length)
      }
    }
  })
})
