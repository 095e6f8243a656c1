import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { V1Container, V1PersistentVolumeClaim, V1PodSpec } from '@kubernetes/client-node'
import { parseAllDocuments } from 'yaml'

/** A Pod, or the Pods of one controller, as a lesson's manifests have them. */
export interface AskedPod {
  readonly name: string
  readonly replicas: number
  readonly spec: V1PodSpec
}

/** A claim, or the claims of one template. */
export interface AskedClaim {
  /** The names of the claims: one of its own, or one for each replica. */
  readonly names: readonly string[]
  readonly spec: NonNullable<V1PersistentVolumeClaim['spec']>
}

/** What a lesson's manifests ask of a cluster. */
export interface Asked {
  /** The kinds that the learner makes; controllers may make more. */
  readonly kinds: readonly { readonly apiVersion: string; readonly kind: string; readonly count: number }[]
  readonly pods: readonly AskedPod[]
  readonly claims: readonly AskedClaim[]
}

interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly spec?: V1PodSpec & {
    readonly replicas?: number
    readonly template?: { readonly spec: V1PodSpec }
    readonly volumeClaimTemplates?: readonly V1PersistentVolumeClaim[]
  }
}

/** Reads the manifests in a folder. */
export async function readAsked(folder: string): Promise<Asked> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml')).toSorted()
  return askedBy(await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8'))))
}

export function askedBy(texts: readonly string[]): Asked {
  const documents = texts
    .flatMap((text) => parseAllDocuments(text))
    .flatMap((document) => (document.toJS() as Manifest | null) ?? [])
  const unique = [...new Map(documents.map((object) => [`${object.kind}/${object.metadata.name}`, object])).values()]
  const kinds = new Map(unique.map(({ apiVersion, kind }) => [kind, apiVersion]))
  return {
    kinds: [...kinds].map(([kind, apiVersion]) => ({
      apiVersion,
      kind,
      count: unique.filter((object) => object.kind === kind).length,
    })),
    pods: unique.flatMap(podsOf),
    claims: unique.flatMap(claimsOf),
  }
}

function podsOf({ kind, metadata: { name }, spec }: Manifest): readonly AskedPod[] {
  if (spec === undefined) return []
  if (kind === 'Pod') return [{ name, replicas: 1, spec }]
  return spec.template === undefined ? [] : [{ name, replicas: spec.replicas ?? 1, spec: spec.template.spec }]
}

function claimsOf({ kind, metadata: { name }, spec }: Manifest): readonly AskedClaim[] {
  if (spec === undefined) return []
  if (kind === 'PersistentVolumeClaim') return [{ names: [name], spec }]
  const pods = Array.from({ length: spec.replicas ?? 1 }, (_, ordinal) => `${name}-${ordinal}`)
  return (spec.volumeClaimTemplates ?? []).map((template) => ({
    names: pods.map((pod) => `${template.metadata?.name}-${pod}`),
    spec: template.spec ?? {},
  }))
}

/** Init containers that run on beside the others count as these do. The lessons have no init containers of another kind. */
export const runningContainers = ({ containers, initContainers = [] }: V1PodSpec): readonly V1Container[] => [
  ...containers,
  ...initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always'),
]
