import type { V1Node } from '@kubernetes/client-node'
import { notModelled } from '../../../sandbox/client.ts'
import type { LessonName } from '../../contents.ts'
import { contents, lessonNames } from '../../contents.ts'
import { packageFolder, packageVersion } from '../../package.ts'
import { manifestsOf, objectsOf } from '../../stage/manifests.ts'
import type { Api, ApiObject } from '../api.ts'
import type { Facts } from '../facts.ts'
import { readFacts } from '../facts.ts'
import { localityOf } from '../locality.ts'
import { namespaceOf } from '../ownership/hold.ts'
import { preflight } from '../preflight/index.ts'
import { whoAmI } from '../reviews.ts'
import type { Target } from '../target.ts'
import type { Checkup, LessonCheckup, Node } from './checkup.ts'
import { dnsOf } from './dns.ts'
import { podSecurityOf, quotaIn } from './namespace.ts'
import { pluginOn } from './plugin.ts'
import { versionsOf } from './versions.ts'
import { unlessForbidden } from '../refusal.ts'

export type { Checkup } from './checkup.ts'

interface Asked {
  readonly storageClass: string | undefined
  /** The learner's own PATH. */
  readonly path: string
}

/** Looks at a cluster as a lesson will find it. Writes nothing. */
export async function checkup(api: Api, target: Target, { storageClass, path }: Asked): Promise<Checkup> {
  const { shown, namespace } = target
  const facts = await readFacts(api, target, { storageClass })
  const [user, nodes, podSecurity, quota, dns, plugin, lessons] = await Promise.all([
    whoAmI(api),
    unlessForbidden(api.list<V1Node & ApiObject>({ apiVersion: 'v1', kind: 'Node' })),
    namespace === undefined ? { enforce: null, visible: true } : podSecurityOf(api, namespace),
    namespace === undefined ? [] : quotaIn(api, namespace),
    dnsOf(api, facts.openshift),
    pluginOn(path, packageFolder()),
    Promise.all(lessonNames.map((lesson) => lessonCheckup(api, facts, lesson, namespace))),
  ])
  return {
    version: packageVersion(),
    target: { context: shown.context, server: shown.server, user: user ?? shown.user, namespace: namespace ?? null },
    locality: localityOf(shown, nodes?.items),
    notModelled: shown.sandbox ? notModelled : null,
    versions: versionsOf(shown.kubectlVersion, shown.serverVersion),
    nodes: nodes?.items.map(asNode) ?? null,
    storage: {
      class: facts.storageClass ?? null,
      classes: facts.maySee.classes ? facts.classes : null,
      volumesVisible: facts.maySee.volumes,
    },
    podSecurity,
    quota,
    dns,
    plugin,
    lessons,
    canPlay: lessons.every(({ canPlay }) => canPlay),
  }
}

async function lessonCheckup(
  api: Api,
  facts: Facts,
  lesson: LessonName,
  asked: string | undefined,
): Promise<LessonCheckup> {
  const folder = manifestsOf(lesson)
  const namespace = asked ?? namespaceOf(lesson)
  const made = await objectsOf(folder)
  const { obstacles, notes } = await preflight(api, facts, {
    lesson,
    made,
    namespace,
    own: asked === undefined,
    folder,
  })
  return { lesson, title: contents[lesson].title, namespace, canPlay: obstacles.length === 0, obstacles, notes }
}

const asNode = ({ metadata, spec, status }: V1Node & ApiObject): Node => ({
  name: metadata.name ?? '',
  version: status?.nodeInfo?.kubeletVersion ?? '',
  ready: (status?.conditions ?? []).some((condition) => condition.type === 'Ready' && condition.status === 'True'),
  schedulable: spec?.unschedulable !== true,
})
