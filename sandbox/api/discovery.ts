import type { IncomingMessage } from 'node:http'
import type { Names } from '../contracts.ts'
import { facts } from '../facts/index.ts'
import type { JsonObject } from '../schema/json.ts'
import type { ApiContext } from './context.ts'
import { mediaTypes } from './negotiation.ts'
import { apiVersionOf } from '../facts/names.ts'
import { subresourceOf } from './subresources.ts'

export interface Document {
  readonly type: string
  readonly json: JsonObject
}

const plain = (json: JsonObject): Document => ({ type: 'application/json', json })

/** Every resource, modelled or not, in the order in which a real server names them. */
export function resourcesOf({ kinds, unmodelled }: Pick<ApiContext, 'kinds' | 'unmodelled'>): readonly Names[] {
  const order = [...new Set(facts.discovery.map(apiVersionOf))]
  const place = (names: Names) => order.indexOf(apiVersionOf(names)) + 1 || order.length + 1
  return [...[...kinds.values()].map(({ names }) => names), ...unmodelled].toSorted(
    (a, b) => place(a) - place(b) || (a.plural < b.plural ? -1 : 1),
  )
}

/** What /api, /apis and what is right below them answer; undefined for another path. */
export function discovery(resources: readonly Names[], path: string, request: IncomingMessage): Document | undefined {
  const [, root = '', ...rest] = path.replace(/\/$/u, '').split('/')
  const groups = grouped(resources)
  if (rest.length === 0) {
    const found =
      root === 'api' ? new Map([['', groups.get('') ?? []]]) : new Map([...groups].filter(([name]) => name !== ''))
    const version = aggregatedVersion(request)
    if (version !== undefined) return aggregated(found, version)
    return plain(
      root === 'api'
        ? apiVersions
        : { kind: 'APIGroupList', apiVersion: 'v1', groups: [...found.values()].map(groupOf) },
    )
  }
  const [group = '', version = ''] = root === 'api' ? ['', ...rest] : rest
  if (rest.length > (root === 'api' ? 1 : 2)) return undefined
  const members = groups.get(group) ?? []
  if (root === 'apis' && rest.length === 1)
    return members.length === 0 || group === ''
      ? undefined
      : plain({ kind: 'APIGroup', apiVersion: 'v1', ...groupOf(members) })
  const listed = members.filter((names) => names.version === version)
  return listed.length === 0 ? undefined : plain(resourceList(listed))
}

function grouped(resources: readonly Names[]): ReadonlyMap<string, readonly Names[]> {
  const groups = new Map<string, Names[]>()
  for (const names of resources) groups.set(names.group, [...(groups.get(names.group) ?? []), names])
  return groups
}

const apiVersions = {
  kind: 'APIVersions',
  versions: ['v1'],
  serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '10.96.0.1:443' }],
}

const versionsOf = (members: readonly Names[]) => [...new Set(members.map(({ version }) => version))]

function groupOf(members: readonly Names[]) {
  const name = members[0]?.group ?? ''
  const versions = versionsOf(members).map((version) => ({ groupVersion: `${name}/${version}`, version }))
  return { name, versions, preferredVersion: versions[0] ?? {} }
}

function resourceList(members: readonly Names[]): JsonObject {
  const resources = members.flatMap((names) => {
    const { plural, singular, namespaced, kind, verbs, shortNames, categories, subresources } = names
    return [
      { name: plural, singularName: singular, namespaced, kind, verbs, ...present({ shortNames, categories }) },
      ...subresources.map((name) => {
        const subresource = subresourceOf(name, names)
        return {
          name: `${plural}/${name}`,
          singularName: '',
          namespaced,
          ...present({ group: subresource.kind?.group, version: subresource.kind?.version }),
          kind: subresource.kind?.kind ?? kind,
          verbs: subresource.verbs,
        }
      }),
    ]
  })
  const groupVersion = members[0] === undefined ? '' : apiVersionOf(members[0])
  return { kind: 'APIResourceList', ...(groupVersion === 'v1' ? {} : { apiVersion: 'v1' }), groupVersion, resources }
}

const present = (fields: Readonly<Record<string, string | readonly string[] | undefined>>): JsonObject =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value.length > 0),
  ) as JsonObject

/** v2 or v2beta1, where the client would have everything at once. */
function aggregatedVersion({ headers }: IncomingMessage): string | undefined {
  for (const { type, parameters } of mediaTypes(headers.accept ?? '')) {
    if (type !== 'application/json') continue
    const version = parameters.get('v') ?? ''
    if (parameters.get('as') === 'APIGroupDiscoveryList' && ['v2', 'v2beta1'].includes(version)) return version
    if (!parameters.has('as')) return undefined
  }
  return undefined
}

function aggregated(groups: ReadonlyMap<string, readonly Names[]>, version: string): Document {
  const items = [...groups].map(([name, members]) => ({
    metadata: name === '' ? {} : { name },
    versions: versionsOf(members).map((each) => ({
      version: each,
      resources: members.filter((names) => names.version === each).map(resourceOf),
      freshness: 'Current',
    })),
  }))
  return {
    type: `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`,
    json: { kind: 'APIGroupDiscoveryList', apiVersion: `apidiscovery.k8s.io/${version}`, metadata: {}, items },
  }
}

function resourceOf(names: Names): JsonObject {
  const { plural, singular, namespaced, kind, verbs, shortNames, categories, subresources } = names
  const own = { group: '', version: '', kind }
  return {
    resource: plural,
    responseKind: own,
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs,
    ...present({ shortNames, categories }),
    ...(subresources.length === 0
      ? {}
      : {
          subresources: subresources.map((subresource) => {
            const found = subresourceOf(subresource, names)
            return { subresource, responseKind: { ...(found.kind ?? own) }, verbs: found.verbs }
          }),
        }),
  }
}
