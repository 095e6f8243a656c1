import type { V1Node } from '@kubernetes/client-node'
import type { Api, ApiObject } from './api.ts'
import { isLoopback, isSandbox } from './loopback.ts'
import type { Target } from './target.ts'
import { unlessForbidden } from './refusal.ts'

export interface Locality {
  readonly local: boolean
  /** Why, in half a sentence. */
  readonly evidence: string
}

type Node = V1Node & ApiObject
type Shown = Pick<Target['shown'], 'context' | 'server' | 'serverVersion'>

/** Whether the cluster is this machine's own, by evidence: a local one is played on without a question. */
export async function locality(api: Api, { shown }: { readonly shown: Shown }): Promise<Locality> {
  if (isSandbox(shown)) return { local: true, evidence: 'it is the sandbox on this machine' }
  const nodes = await unlessForbidden(api.list<Node>({ apiVersion: 'v1', kind: 'Node' }))
  return localityOf(shown, nodes?.items)
}

/** The same, from the nodes; undefined where they cannot be seen. */
export function localityOf(shown: Shown, nodes: readonly Node[] | undefined): Locality {
  if (isSandbox(shown)) return { local: true, evidence: 'it is the sandbox on this machine' }
  if (nodes === undefined || nodes.length === 0)
    return byConnection(shown, nodes === undefined ? 'nodes are not visible to you' : 'it has no nodes')
  const kinds = nodes.map(localKind)
  const stranger = nodes[kinds.indexOf(undefined)]
  if (stranger !== undefined)
    return { local: false, evidence: `node ${stranger.metadata.name} is not known to be of a cluster on this machine` }
  return {
    local: true,
    evidence: `${nodes.length === 1 ? 'its node is' : 'its nodes are'} of ${[...new Set(kinds)].join(' and ')}`,
  }
}

function byConnection({ context, server }: Shown, why: string): Locality {
  if (!isLoopback(server)) return { local: false, evidence: `${why}, and ${server} is not this machine` }
  // A tunnel ends at the loopback, too: only the names that local clusters give their contexts tell them apart.
  if (!localContext.test(context)) return { local: false, evidence: `${why}, and ${server} may be the end of a tunnel` }
  return { local: true, evidence: `${why}, and context ${context} leads to this machine` }
}

const localContext = /^(kind-.+|k3d-.+|minikube|docker-desktop|orbstack|rancher-desktop|colima.*)$/

const desktops: readonly (readonly [RegExp, string])[] = [
  [/^docker-(for-)?desktop$/, 'Docker Desktop'],
  [/^orbstack$/, 'OrbStack'],
  [/^lima-rancher-desktop$/, 'Rancher Desktop'],
  [/^colima(-.+)?$/, 'Colima'],
]

/** Which kind of local cluster a node is of; undefined where it is of none. */
function localKind({ metadata, spec }: Node): string | undefined {
  const provider = spec?.providerID ?? ''
  if (provider.startsWith('kind://')) return 'kind'
  const desktop = desktops.find(([name]) => name.test(metadata.name ?? ''))
  if (desktop !== undefined) return desktop[1]
  if (metadata.labels?.['minikube.k8s.io/name'] !== undefined) return 'minikube'
  return provider.startsWith('k3s://') ? 'k3s' : undefined
}
