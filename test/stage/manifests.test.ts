import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { lessonNames } from '../../scripts/contents.ts'
import { copyManifests, manifestsOf, objectsOf } from '../../scripts/stage/manifests.ts'
import { tests } from '../support/tests.ts'

const made: Readonly<Record<string, readonly string[]>> = {
  secrets: ['ConfigMap app-config', 'Pod config-test', 'Pod config-test-vol', 'Secret app-secret'],
  sidecar: ['Pod native-sidecar', 'Pod sidecar-demo', 'Pod sidecar-shared-pid'],
  storage: [
    'Deployment postgres',
    'PersistentVolumeClaim data-pvc',
    'PersistentVolumeClaim postgres-pvc',
    'Pod storage-test',
  ],
  statefulset: [
    'PersistentVolumeClaim www-web-0',
    'PersistentVolumeClaim www-web-1',
    'PersistentVolumeClaim www-web-2',
    'Pod debug',
    'Pod web-0',
    'Pod web-1',
    'Pod web-2',
    'Service web-headless',
    'StatefulSet web',
  ],
}

tests('what a lesson makes', (test) => {
  for (const lesson of lessonNames)
    test(lesson, async () => {
      const found = await objectsOf(manifestsOf(lesson))
      assert.equal(found.map(({ kind, name }) => `${kind} ${name}`).toSorted(), made[lesson])
    })

  test('with the labels of its Pods, and what selects them', async () => {
    const found = await objectsOf(manifestsOf('statefulset'))
    const web = found.find(({ kind }) => kind === 'StatefulSet')
    assert.equal([web?.apiVersion, web?.podLabels['app'], web?.selector], ['apps/v1', 'web', { app: 'web' }])
    assert.equal(found.find(({ kind }) => kind === 'Service')?.selector, { app: 'web' })
    assert.is(found.find(({ name }) => name === 'debug')?.podLabels['sidecar.istio.io/inject'], 'false')
  })

  test('from several documents a file, empty ones too, and no other files', async ({ defer }) => {
    const folder = await mkdtemp(join(tmpdir(), 'tour-manifests-'))
    defer(() => rm(folder, { recursive: true }))
    await writeFile(
      join(folder, 'b.yaml'),
      '---\n---\napiVersion: v1\nkind: Secret\nmetadata: { name: b }\n---\n# nothing\n',
    )
    await writeFile(
      join(folder, 'a.yaml'),
      'apiVersion: apps/v1\nkind: StatefulSet\nmetadata: { name: a }\nspec: { volumeClaimTemplates: [{ metadata: { name: x } }] }\n',
    )
    await writeFile(join(folder, 'notes.txt'), 'kind: Pod')
    assert.equal(
      (await objectsOf(folder)).map(({ kind, name }) => `${kind} ${name}`),
      ['StatefulSet a', 'Pod a-0', 'PersistentVolumeClaim x-a-0', 'Secret b'],
    )
  })

  test('is copied as it is', async ({ defer }) => {
    const folder = await mkdtemp(join(tmpdir(), 'tour-manifests-'))
    defer(() => rm(folder, { recursive: true }))
    const copy = await copyManifests('storage', folder)
    for (const file of await readdir(manifestsOf('storage')))
      assert.is(await readFile(join(copy, file), 'utf8'), await readFile(join(manifestsOf('storage'), file), 'utf8'))
  })
})
