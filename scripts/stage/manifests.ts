import { cp, readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { packageFolder } from '../package.ts'
import type { LessonName } from '../contents.ts'

export const manifestsOf = (lesson: LessonName) => join(packageFolder(), 'manifests', lesson)

/** Copies a lesson's manifests into a private folder of the run, where the learner's commands find them. */
export async function copyManifests(lesson: LessonName, folder: string): Promise<string> {
  const target = join(folder, lesson)
  await cp(manifestsOf(lesson), target, { recursive: true })
  return target
}

export interface Made {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  /** The Pods' labels, where it is a Pod or makes Pods. */
  readonly podLabels: Readonly<Record<string, string>>
  /** The labels by which it picks Pods: a controller's or a Service's selector. */
  readonly selector: Readonly<Record<string, string>> | undefined
}

/** Every object that a lesson's manifests make, in the order of its files. */
export async function objectsOf(folder: string): Promise<readonly Made[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml')).toSorted()
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))
  const seen = new Map<string, Made>()
  for (const object of texts
    .flatMap((text) => parseAllDocuments(text))
    .map((document) => document.toJS() as Manifest | null)) {
    if (object === null) continue
    for (const made of [...itself(object), ...replicas(object)]) seen.set(`${made.kind}/${made.name}`, made)
  }
  return [...seen.values()]
}

type Labels = Readonly<Record<string, string>>

interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly labels?: Labels }
  readonly spec?: {
    readonly replicas?: number
    readonly selector?: { readonly matchLabels?: Labels } & Labels
    readonly template?: { readonly metadata?: { readonly labels?: Labels } }
    readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string } }[]
  }
}

function itself({ apiVersion, kind, metadata, spec }: Manifest): readonly Made[] {
  const podLabels = kind === 'Pod' ? metadata.labels : spec?.template?.metadata?.labels
  const selector = kind === 'Service' ? spec?.selector : spec?.selector?.matchLabels
  return [{ apiVersion, kind, name: metadata.name, podLabels: podLabels ?? {}, selector }]
}

/** What a StatefulSet makes under names that are known beforehand: its Pods, and a claim for each. */
function replicas({ kind, metadata, spec }: Manifest): readonly Made[] {
  if (kind !== 'StatefulSet') return []
  const none = { podLabels: {}, selector: undefined }
  return Array.from({ length: spec?.replicas ?? 1 }, (_, ordinal) => `${metadata.name}-${ordinal}`).flatMap((pod) => [
    { apiVersion: 'v1', kind: 'Pod', name: pod, ...none },
    ...(spec?.volumeClaimTemplates ?? []).map((template) => ({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      name: `${template.metadata.name}-${pod}`,
      ...none,
    })),
  ])
}
