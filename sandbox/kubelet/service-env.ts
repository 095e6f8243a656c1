import type { Lookup } from '../contracts.ts'
import type { Service } from '../kubernetes.ts'

/** Variables for each Service of the namespace, and for the API server's: pkg/kubelet/envvars. */
export function serviceEnv(store: Lookup, namespace: string, links: boolean): ReadonlyMap<string, string> {
  const api = store.get<Service>({ kind: 'services', namespace: 'default', name: 'kubernetes' })
  const own = links ? store.list<Service>('services', { namespace }).items : []
  const services = [...own.filter((each) => each !== api), ...(api === undefined ? [] : [api])]
  return new Map(services.flatMap(variables))
}

function variables({ metadata: { name }, spec }: Service): (readonly [string, string])[] {
  const { clusterIP, ports = [] } = spec ?? {}
  const [first] = ports
  if (clusterIP === undefined || clusterIP === '' || clusterIP === 'None' || first === undefined) return []
  const prefix = upper(name)
  const url = (protocol: string, port: number) => `${protocol}://${clusterIP}:${port}`
  return [
    [`${prefix}_SERVICE_HOST`, clusterIP],
    [`${prefix}_SERVICE_PORT`, String(first.port)],
    ...ports.flatMap((port): (readonly [string, string])[] =>
      port.name ? [[`${prefix}_SERVICE_PORT_${upper(port.name)}`, String(port.port)]] : [],
    ),
    [`${prefix}_PORT`, url((first.protocol ?? 'TCP').toLowerCase(), first.port)],
    ...ports.flatMap(({ port, protocol = 'TCP' }): (readonly [string, string])[] => {
      const of = `${prefix}_PORT_${port}_${protocol}`
      return [
        [of, url(protocol.toLowerCase(), port)],
        [`${of}_PROTO`, protocol.toLowerCase()],
        [`${of}_PORT`, String(port)],
        [`${of}_ADDR`, clusterIP],
      ]
    }),
  ]
}

const upper = (name: string) => name.toUpperCase().replaceAll('-', '_')
