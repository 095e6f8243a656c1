import type { Names } from '../contracts.ts'
import type { GroupVersionKind } from '../schema/types.ts'

interface Subresource {
  /** What it takes and gives; the resource's own kind where there is none. */
  readonly kind?: GroupVersionKind
  readonly verbs: readonly string[]
}

const core = (kind: string): GroupVersionKind => ({ group: '', version: '', kind })
const readWrite = ['get', 'patch', 'update']
const everyMethod = ['create', 'delete', 'get', 'patch', 'update']
const stream = ['create', 'get']

/** As discovery has them. */
export function subresourceOf(name: string, { kind }: Names): Subresource {
  switch (name) {
    case 'scale':
      return { kind: { group: 'autoscaling', version: 'v1', kind: 'Scale' }, verbs: readWrite }
    case 'eviction':
      return { kind: { group: 'policy', version: 'v1', kind: 'Eviction' }, verbs: ['create'] }
    case 'token':
      return { kind: { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' }, verbs: ['create'] }
    case 'binding':
      return { kind: core('Binding'), verbs: ['create'] }
    case 'attach':
      return { kind: core('PodAttachOptions'), verbs: stream }
    case 'exec':
      return { kind: core('PodExecOptions'), verbs: stream }
    case 'portforward':
      return { kind: core('PodPortForwardOptions'), verbs: stream }
    case 'proxy':
      return { kind: core(`${kind}ProxyOptions`), verbs: everyMethod }
    case 'log':
      return { verbs: ['get'] }
    case 'finalize':
      return { verbs: ['update'] }
    default:
      return { verbs: readWrite }
  }
}
