import type { V1Node, V1StorageClass } from '@kubernetes/client-node'
import type { Api, ApiObject } from './api.ts'
import { isForbidden } from './api.ts'
import type { Target } from './target.ts'

type ClassObject = V1StorageClass & ApiObject
type NodeObject = V1Node & ApiObject

/** What is known of the cluster before a lesson starts, as far as this user may see it. */
export interface Facts {
  /** The server's minor version: 34 for v1.34.4. */
  readonly minor: number
  /** The class that a claim of the lesson will get; undefined where there is none, or where classes cannot be seen. */
  readonly storageClass: StorageClass | undefined
  readonly maySee: { readonly classes: boolean; readonly volumes: boolean; readonly nodes: boolean }
  /** Kubelet minor versions of the nodes, where they can be seen. */
  readonly kubelets: readonly number[]
  readonly openshift: boolean
}

export interface StorageClass {
  readonly name: string
  readonly provisioner: string
  readonly binding: 'WaitForFirstConsumer' | 'Immediate'
  readonly reclaim: string
  readonly isDefault: boolean
}

/** Native sidecars: on by default from 1.29, on the server and on every node that a Pod may land on. */
export const hasNativeSidecars = ({ minor, kubelets }: Facts) => [minor, ...kubelets].every((each) => each >= 29)

/** Reads the facts; what this user may not see stays unknown. */
export async function readFacts(api: Api, target: Target): Promise<Facts> {
  const [classes, nodes] = await Promise.all([
    unlessForbidden(api.list<ClassObject>({ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass' })),
    unlessForbidden(api.list<NodeObject>({ apiVersion: 'v1', kind: 'Node' })),
  ])
  const found = classes?.items.map(asClass).find(({ isDefault }) => isDefault)
  return {
    minor: minorOf(target.shown.serverVersion),
    storageClass: found,
    maySee: { classes: classes !== undefined, volumes: true, nodes: nodes !== undefined },
    kubelets: (nodes?.items ?? []).map(({ status }) => minorOf(status?.nodeInfo?.kubeletVersion ?? '')),
    openshift: false,
  }
}

/** 34 for v1.34.4 and for 34+; 0 where it is not to be read. */
export const minorOf = (version: string) => Number(/^v?1\.(\d+)/.exec(version)?.[1] ?? 0)

const asClass = ({ metadata, provisioner, volumeBindingMode, reclaimPolicy }: ClassObject): StorageClass => ({
  name: metadata.name ?? '',
  provisioner,
  binding: volumeBindingMode === 'WaitForFirstConsumer' ? 'WaitForFirstConsumer' : 'Immediate',
  reclaim: reclaimPolicy ?? 'Delete',
  isDefault: metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true',
})

const unlessForbidden = <T>(asked: Promise<T>): Promise<T | undefined> =>
  asked.catch((error: unknown) => {
    if (isForbidden(error)) return undefined
    throw error
  })
