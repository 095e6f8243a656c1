import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse, parseAllDocuments } from 'yaml'
import * as assert from 'uvu/assert'
import { lessonNames } from '../../scripts/contents.ts'
import { manifestsOf } from '../../scripts/stage/manifests.ts'
import type { Rewriting } from '../../scripts/stage/rewrite.ts'
import { rewritten } from '../../scripts/stage/rewrite.ts'
import { tests } from '../support/tests.ts'

const nothing: Rewriting = { storageClass: undefined, registry: undefined, images: {}, openshift: false }
const changed = (text: string, rewriting: Partial<Rewriting>) => rewritten(text, { ...nothing, ...rewriting })
const images = (text: string) => [...text.matchAll(/image: (\S+)/g)].map(([, image]) => image)
const comments = (text: string) => text.match(/#.*$/gm)

async function manifests(): Promise<readonly (readonly [file: string, text: string])[]> {
  const files = await Promise.all(
    lessonNames.map(async (lesson) =>
      (await readdir(manifestsOf(lesson))).map((file) => join(manifestsOf(lesson), file)),
    ),
  )
  return Promise.all(files.flat().map(async (file) => [file, await readFile(file, 'utf8')] as const))
}

const pod = `# of nginx
kind: Pod # one
spec:
  containers:
    - image: nginxinc/nginx-unprivileged:1.25 # the first
      name: a
    - name: b
      image: busybox:1.36
  initContainers: [{ name: c }]
  securityContext:
    runAsNonRoot: true
    runAsUser: 101
    fsGroup: 101 # may write
`

tests('images', (test) => {
  const table: readonly (readonly [string, Partial<Rewriting>, readonly string[]])[] = [
    ['as they are', {}, ['nginxinc/nginx-unprivileged:1.25', 'busybox:1.36']],
    [
      '--registry',
      { registry: 'r.example:5000/m' },
      ['r.example:5000/m/nginxinc/nginx-unprivileged:1.25', 'r.example:5000/m/busybox:1.36'],
    ],
    ['--image', { images: { busybox: 'b@sha256:0' } }, ['nginxinc/nginx-unprivileged:1.25', 'b@sha256:0']],
    ['--image nginx is for every nginx', { images: { nginx: 'n:1' } }, ['n:1', 'busybox:1.36']],
    ['--image wins', { registry: 'r', images: { nginx: 'n:1' } }, ['n:1', 'r/busybox:1.36']],
    ['a reference that a replacement would read', { images: { nginx: '$1$&', busybox: "$'" } }, ['$1$&', "$'"]],
  ]
  for (const [name, rewriting, expected] of table)
    test(name, () => assert.equal(images(changed(pod, rewriting)), expected))
  test('only what is an image, by its name', () => {
    const text = 'args: ["image: busybox:1"]\nimage: my/busyboxes:1\nimage: busybox\n'
    assert.is(
      changed(text, { images: { busybox: 'b' } }),
      'args: ["image: busybox:1"]\nimage: my/busyboxes:1\nimage: b\n',
    )
  })
})

tests('OpenShift', (test) => {
  test('names no user and no group', () =>
    assert.is(
      changed(pod, { openshift: true }),
      pod.replace('    runAsUser: 101\n', '').replace('    fsGroup: 101 # may write\n', ''),
    ))
})

tests('a storage class', (test) => {
  const claim = 'kind: PersistentVolumeClaim\nspec: # the default\n  accessModes: [a] # one\n  resources: {}\n'
  test('is named first in the claim', () =>
    assert.is(
      changed(claim, { storageClass: 'fast' }),
      'kind: PersistentVolumeClaim\nspec: # the default\n  storageClassName: "fast"\n  accessModes: [a] # one\n  resources: {}\n',
    ))
  test('in a claim on one line', () =>
    assert.match(
      changed('kind: PersistentVolumeClaim\nspec: { a: 1 }\n', { storageClass: 'x' }),
      'spec: { storageClassName: "x", a: 1 }'.replace('{ s', '{ s'),
    ))
  test('in each of several documents', () => {
    const text = changed(`${claim}---\nkind: Pod\nspec:\n  a: 1\n---\n${claim}`, { storageClass: 'fast' })
    const documents = parseAllDocuments(text).map(
      (document) => document.toJS() as { spec: { storageClassName?: string } },
    )
    assert.equal(
      documents.map(({ spec }) => spec.storageClassName),
      ['fast', undefined, 'fast'],
    )
  })
  test('whatever it is called', () => {
    const name = 'a: "b" # c'
    const { spec } = parse(changed(claim, { storageClass: name })) as { spec: { storageClassName: string } }
    assert.is(spec.storageClassName, name)
  })
})

tests("the lessons' own manifests", (test) => {
  test('stay as they are, byte for byte, where nothing is asked for', async () => {
    for (const [file, text] of await manifests()) assert.is(rewritten(text, nothing), text, file)
  })

  const all: Rewriting = { storageClass: 'fast', registry: 'r.example', images: { postgres: 'p:1' }, openshift: true }
  test('rewritten, are what is expected of every object in them', async () => {
    for (const [file, text] of await manifests()) {
      const expected = parseAllDocuments(text).map((document) => expectedOf(document.toJS()))
      const found = parseAllDocuments(rewritten(text, all))
      assert.equal(
        found.flatMap(({ errors }) => errors),
        [],
        file,
      )
      assert.equal(
        found.map((document) => document.toJS() as unknown),
        expected,
        file,
      )
    }
  })

  test('rewritten, keep their comments but those on lines that are gone', async () => {
    for (const [file, text] of await manifests()) {
      const kept = text.replaceAll(/^ *(runAsUser|runAsGroup|fsGroup):.*\n/gm, '')
      assert.equal(comments(rewritten(text, all)), comments(kept), file)
    }
  })

  /** The same change, made on the objects and not on the text. */
  function expectedOf(value: unknown, key = '', parent?: unknown): unknown {
    if (Array.isArray(value)) return value.map((each) => expectedOf(each, '', value))
    if (typeof value === 'string' && key === 'image')
      return value.startsWith('postgres:') ? 'p:1' : `r.example/${value}`
    if (typeof value !== 'object' || value === null) return value
    const entries = Object.entries(value)
      .filter(([name]) => !['runAsUser', 'runAsGroup', 'fsGroup'].includes(name))
      .map(([name, each]) => [name, expectedOf(each, name, value)] as const)
    const isClaim =
      key === 'spec' && typeof parent === 'object' && parent !== null && 'resources' in value && 'accessModes' in value
    return { ...(isClaim ? { storageClassName: 'fast' } : {}), ...Object.fromEntries(entries) }
  }
})
