import { isObject } from '../schema/json.ts'
import type { GroupVersionKind } from '../schema/types.ts'
import type { KindFile } from '../contracts.ts'
import { atLeast } from '../kinds/causes.ts'
import type { Obj } from '../kubernetes.ts'
import { invalid } from '../refusal.ts'
import { selectorText } from '../store/selectors.ts'

/** A resource or one of its subresources: what a client sees of the stored object, and what a write of it changes. */
export interface View {
  readonly gvk: GroupVersionKind
  readonly subresource: string | undefined
  read(stored: Obj): Obj
  /** What is stored after `next` was written through this view. */
  put(stored: Obj, next: Obj): Obj
}

type Fields = Readonly<Record<string, unknown>>
const specOf = (object: Obj) => ({ ...((object as unknown as Fields)['spec'] as Fields | undefined) })
const statusOf = (object: Obj) => (object as unknown as Fields)['status']

const whole = ({ names }: KindFile): View => ({
  gvk: names,
  subresource: undefined,
  read: (stored) => stored,
  // Its status is written through the subresource alone, where there is one.
  put: (stored, next) => (names.subresources.includes('status') ? withStatus(next, statusOf(stored)) : next),
})

/** Without a status where it is undefined. */
export function withStatus(object: Obj, status: unknown): Obj {
  const { status: _, ...rest } = object as Obj & { readonly status?: unknown }
  return status === undefined ? rest : ({ ...rest, status } as Obj)
}

const status = ({ names }: KindFile): View => ({
  gvk: names,
  subresource: 'status',
  read: (stored) => stored,
  put: (stored, next) => {
    const { labels } = stored.metadata
    // pkg/registry/apps/deployment/strategy.go keeps its labels.
    const metadata = names.kind === 'Deployment' ? { ...next.metadata, labels: labels ?? {} } : next.metadata
    return withStatus({ ...stored, metadata }, statusOf(next))
  },
})

/** Of a Namespace: what is to be done before it goes. */
const finalizers = ({ names }: KindFile): View => ({
  gvk: names,
  subresource: 'finalize',
  read: (stored) => stored,
  put: (stored, next) =>
    ({
      ...stored,
      metadata: next.metadata,
      spec: { ...specOf(stored), finalizers: specOf(next)['finalizers'] },
    }) as unknown as Obj,
})

/** Of a Pod: what may be changed there, and nowhere else. */
const ephemeralContainers = ({ names }: KindFile): View => ({
  gvk: names,
  subresource: 'ephemeralcontainers',
  read: (stored) => stored,
  put: (stored, next) =>
    ({
      ...stored,
      spec: { ...specOf(stored), ephemeralContainers: specOf(next)['ephemeralContainers'] },
    }) as unknown as Obj,
})

// pkg/registry/apps/statefulset/storage: scaleFromStatefulSet and the like.
const scale: View = {
  gvk: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
  subresource: 'scale',
  read: (stored) => {
    const { name, namespace, uid, resourceVersion, creationTimestamp } = stored.metadata
    const { replicas, selector } = specOf(stored)
    const running = statusOf(stored)
    const seen = isObject(running) ? running['replicas'] : undefined
    return {
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      metadata: { name, ...(namespace === undefined ? {} : { namespace }), uid, resourceVersion, creationTimestamp },
      spec: Number(replicas) === 0 ? {} : { replicas },
      status: { replicas: seen ?? 0, selector: selectorText(selector ?? {}) },
    } as Obj
  },
  put: (stored, next) => {
    const replicas = Number(specOf(next)['replicas'] ?? 0)
    const causes = atLeast('spec.replicas', replicas, 0)
    if (causes.length > 0) throw invalid('Scale.autoscaling', stored.metadata.name, causes)
    return { ...stored, spec: { ...specOf(stored), replicas } } as unknown as Obj
  },
}

/** undefined where the kind has no such subresource, or one that is no part of the object. */
export function viewOf(file: KindFile, subresource: string): View | undefined {
  if (subresource === '') return whole(file)
  if (!file.names.subresources.includes(subresource)) return undefined
  switch (subresource) {
    case 'status':
      return status(file)
    case 'scale':
      return scale
    case 'finalize':
      return finalizers(file)
    case 'ephemeralcontainers':
      return ephemeralContainers(file)
    default:
      return undefined
  }
}
