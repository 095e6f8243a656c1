import type { V1Node, V1StorageClass } from '@kubernetes/client-node'
import { notKnown } from './nearest.ts'
import type { Api, ApiObject } from './api.ts'
import { refused } from './problem.ts'
import { mayI } from './reviews.ts'
import type { Target } from './target.ts'
import { isForbidden, isNotFound, unlessForbidden } from './refusal.ts'

type ClassObject = V1StorageClass & ApiObject
type NodeObject = V1Node & ApiObject

/** What is known of the cluster before a lesson starts, as far as this user may see it. */
export interface Facts {
  /** The server's minor version: 34 for v1.34.4. */
  readonly minor: number
  /** The class that a claim of the lesson will get; undefined where there is none, or where classes cannot be seen. */
  readonly storageClass: StorageClass | undefined
  /** The class that was asked for by name: claims are then written with it. */
  readonly askedClass: string | undefined
  /** The names of all classes, where they can be seen. */
  readonly classes: readonly string[]
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

interface Asked {
  /** The class of every claim, in place of the default one. */
  readonly storageClass?: string | undefined
}

/** Native sidecars: on by default from 1.29, on the server and on every node that a Pod may land on. */
export const hasNativeSidecars = ({ minor, kubelets }: Facts) => [minor, ...kubelets].every((each) => each >= 29)

/** Reads the facts; what this user may not see stays unknown. Throws a Problem where the class asked for is not there. */
export async function readFacts(api: Api, target: Target, { storageClass }: Asked = {}): Promise<Facts> {
  const [classes, nodes, volumes, openshift] = await Promise.all([
    unlessForbidden(api.list<ClassObject>({ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass' })),
    unlessForbidden(api.list<NodeObject>({ apiVersion: 'v1', kind: 'Node' })),
    mayI(api, { verb: 'list', group: '', resource: 'persistentvolumes' }),
    isOpenShift(api),
  ])
  const names = (classes?.items ?? []).map(({ metadata }) => metadata.name ?? '')
  if (storageClass !== undefined && classes !== undefined && !names.includes(storageClass)) {
    throw names.length === 0
      ? refused(
          `There is no storage class ${JSON.stringify(storageClass)}, and no other.`,
          'look at kubectl get storageclass',
        )
      : refused(...notKnown('storage class', storageClass, names))
  }
  return {
    minor: minorOf(target.shown.serverVersion),
    storageClass: chosenClass(classes?.items ?? [], storageClass),
    askedClass: storageClass,
    classes: names,
    maySee: { classes: classes !== undefined, volumes: volumes ?? true, nodes: nodes !== undefined },
    kubelets: (nodes?.items ?? []).map(({ status }) => minorOf(status?.nodeInfo?.kubeletVersion ?? '')),
    openshift,
  }
}

/** 34 for v1.34.4 and for 34+; 0 where it is not to be read. */
export const minorOf = (version: string) => Number(/^v?1\.(\d+)/.exec(version)?.[1] ?? 0)

/** The class asked for, else the default one. Of several defaults the newest wins, as in Kubernetes' own admission. */
export function chosenClass(classes: readonly ClassObject[], asked: string | undefined): StorageClass | undefined {
  if (asked !== undefined) {
    const named = classes.find(({ metadata }) => metadata.name === asked)
    return named === undefined ? undefined : asClass(named)
  }
  const age = ({ metadata }: ClassObject) => Date.parse(String(metadata.creationTimestamp ?? 0))
  const name = ({ metadata }: ClassObject) => metadata.name ?? ''
  const newest = classes.filter(isMarkedDefault).toSorted((a, b) => age(b) - age(a) || (name(a) < name(b) ? -1 : 1))[0]
  return newest === undefined ? undefined : asClass(newest)
}

const isMarkedDefault = ({ metadata }: ClassObject) =>
  ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'].some(
    (annotation) => metadata.annotations?.[annotation] === 'true',
  )

const asClass = (found: ClassObject): StorageClass => ({
  name: found.metadata.name ?? '',
  provisioner: found.provisioner,
  binding: found.volumeBindingMode === 'WaitForFirstConsumer' ? 'WaitForFirstConsumer' : 'Immediate',
  reclaim: found.reclaimPolicy ?? 'Delete',
  isDefault: isMarkedDefault(found),
})

// Its API group tells; whether this user may list what is in it does not matter.
const isOpenShift = (api: Api): Promise<boolean> =>
  api.list({ apiVersion: 'security.openshift.io/v1', kind: 'SecurityContextConstraints' }).then(
    () => true,
    (error: unknown) => {
      if (isForbidden(error)) return true
      if (isNotFound(error)) return false
      throw error
    },
  )
