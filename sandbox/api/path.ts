/** The parts of a resource's URL: k8s.io/apiserver/pkg/endpoints/request/requestinfo.go. */
export interface ResourcePath {
  readonly group: string
  readonly version: string
  readonly namespace: string
  readonly plural: string
  readonly name: string
  readonly subresource: string
  /** What follows a subresource: the path of a proxy. */
  readonly rest: string
}

const ofNamespace = new Set(['status', 'finalize'])

/** undefined for what is no path of a resource. */
export function resourcePath(pathname: string): ResourcePath | undefined {
  const parts = decoded(pathname.replace(/^\//u, '').replace(/\/$/u, '').split('/'))
  const [root, ...after] = parts ?? []
  const [group = '', version = '', ...where] = root === 'api' ? ['', ...after] : root === 'apis' ? after : []
  if (where.length === 0 || version === '') return undefined
  const [first, namespace = '', plural = ''] = where
  const [inside, resource] =
    first === 'namespaces' && where.length > 2 && !ofNamespace.has(plural) ? [namespace, where.slice(2)] : ['', where]
  const [name = '', subresource = '', ...rest] = resource.slice(1)
  return { group, version, namespace: inside, plural: resource[0] ?? '', name, subresource, rest: rest.join('/') }
}

function decoded(parts: readonly string[]): readonly string[] | undefined {
  try {
    return parts.map(decodeURIComponent)
  } catch {
    return undefined
  }
}
