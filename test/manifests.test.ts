import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import * as assert from 'uvu/assert'
import { lessonNames } from '../scripts/contents.ts'
import { manifestsOf } from '../scripts/stage/manifests.ts'
import { rewritten } from '../scripts/stage/rewrite.ts'
import { tests } from './support/tests.ts'

interface Container {
  readonly name: string
  readonly image: string
  readonly command?: readonly string[]
  readonly resources?: { readonly requests?: Amounts; readonly limits?: Amounts }
  readonly securityContext?: Security
}

interface Amounts {
  readonly cpu?: string
  readonly memory?: string
}

interface Security {
  readonly runAsNonRoot?: boolean
  readonly runAsUser?: number
  readonly runAsGroup?: number
  readonly fsGroup?: number
  readonly allowPrivilegeEscalation?: boolean
  readonly privileged?: boolean
  readonly capabilities?: { readonly drop?: readonly string[]; readonly add?: readonly string[] }
  readonly seccompProfile?: { readonly type: string }
}

interface PodSpec {
  readonly containers: readonly Container[]
  readonly initContainers?: readonly Container[]
  readonly securityContext?: Security
  readonly hostNetwork?: boolean
  readonly hostPID?: boolean
  readonly hostIPC?: boolean
  readonly terminationGracePeriodSeconds?: number
  readonly volumes?: readonly Readonly<Record<string, unknown>>[]
}

interface Pod {
  readonly file: string
  readonly labels: Readonly<Record<string, unknown>>
  readonly spec: PodSpec
}

interface Manifest {
  readonly kind: string
  readonly metadata?: { readonly labels?: Readonly<Record<string, unknown>>; readonly namespace?: string }
  readonly spec?: PodSpec & { readonly template?: { readonly metadata?: Manifest['metadata']; readonly spec: PodSpec } }
}

const texts = (
  await Promise.all(
    lessonNames.map(async (lesson) =>
      Promise.all(
        (await readdir(manifestsOf(lesson))).map(
          async (file) => [`${lesson}/${file}`, await readFile(join(manifestsOf(lesson), file), 'utf8')] as const,
        ),
      ),
    ),
  )
).flat()

const objectsIn = (text: string) => parseAllDocuments(text).map((document) => document.toJS() as Manifest)

function podsIn(file: string, text: string): readonly Pod[] {
  return objectsIn(text).flatMap(({ kind, metadata, spec }) => {
    if (kind === 'Pod' && spec !== undefined) return [{ file, labels: metadata?.labels ?? {}, spec }]
    const template = spec?.template
    return template === undefined ? [] : [{ file, labels: template.metadata?.labels ?? {}, spec: template.spec }]
  })
}

const containersOf = ({ spec }: Pod) => [...spec.containers, ...(spec.initContainers ?? [])]
const allowed = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
]

/** What the level restricted of Pod Security asks of a Pod: https://kubernetes.io/docs/concepts/security/pod-security-standards */
function verifyRestricted(pod: Pod): void {
  const { spec, file } = pod
  assert.is(spec.securityContext?.runAsNonRoot, true, file)
  assert.is(spec.securityContext?.seccompProfile?.type, 'RuntimeDefault', file)
  assert.not.equal(spec.securityContext?.runAsUser, 0, file)
  assert.equal([spec.hostNetwork, spec.hostPID, spec.hostIPC], [undefined, undefined, undefined], file)
  for (const volume of spec.volumes ?? [])
    assert.equal(
      Object.keys(volume).filter((key) => key !== 'name' && !allowed.includes(key)),
      [],
      file,
    )
  for (const { name, securityContext } of containersOf(pod)) {
    const where = `${file}: ${name}`
    assert.is(securityContext?.allowPrivilegeEscalation, false, where)
    assert.equal(securityContext?.capabilities, { drop: ['ALL'] }, where)
    assert.is(securityContext?.privileged, undefined, where)
    assert.not.equal(securityContext?.runAsUser, 0, where)
  }
}

tests('every manifest', (test) => {
  for (const [file, text] of texts) {
    const pods = podsIn(file, text)

    test(`${file} names no namespace`, () => {
      for (const { metadata } of objectsIn(text)) assert.is(metadata?.namespace, undefined)
    })

    test(`${file} fits on a learner's screen, and says something of itself`, () => {
      for (const line of text.split('\n')) assert.ok(line.length <= 90, line)
      assert.not.match(text, '\t')
    })

    if (pods.length === 0) continue

    test(`${file} passes Pod Security's restricted`, () => pods.forEach(verifyRestricted))

    test(`${file} says what each container needs, and what it may take`, () => {
      for (const pod of pods)
        for (const { name, resources } of containersOf(pod)) {
          for (const amounts of [resources?.requests, resources?.limits])
            assert.equal(Object.keys(amounts ?? {}).toSorted(), ['cpu', 'memory'], name)
        }
    })

    test(`${file} names images of a fixed version`, () => {
      for (const pod of pods)
        for (const { image } of containersOf(pod))
          assert.match(image, /^(busybox|postgres|nginxinc\/nginx-unprivileged):\d+(\.\d+)*$/)
    })

    test(`${file} has no shell that TERM does not end`, () => {
      for (const pod of pods)
        for (const { name, command } of containersOf(pod)) {
          const [shell, , script = ''] = command ?? []
          if (shell !== 'sh') continue
          const endsByItself = !/tail|while|sleep (infinity|\d{2,})/.test(script)
          assert.ok(
            endsByItself || (/trap '[^']*exit 0' TERM/.test(script) && /& wait\s*$/.test(script)),
            `${file}: ${name}: ${script}`,
          )
        }
    })

    test(`${file} keeps a service mesh out`, () => {
      for (const { labels } of pods) assert.is(labels['sidecar.istio.io/inject'], 'false')
    })

    test(`${file} names no user on OpenShift, and is restricted still`, () => {
      const rewriting = { storageClass: undefined, registry: undefined, images: {}, openshift: true }
      for (const pod of podsIn(file, rewritten(text, rewriting))) {
        verifyRestricted(pod)
        for (const security of [pod.spec.securityContext, ...containersOf(pod).map((each) => each.securityContext)])
          assert.equal(
            [security?.runAsUser, security?.runAsGroup, security?.fsGroup],
            [undefined, undefined, undefined],
          )
      }
    })
  }

  test('is one of a lesson', () => assert.is(texts.length, 12))
})
