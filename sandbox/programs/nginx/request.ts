import { formatTime } from '../applets/time.ts'
import type { Head } from '../http.ts'
import type { Location, Server } from './settings.ts'

export interface Request {
  readonly line: string
  readonly method: string
  /** As it was asked for. */
  readonly target: string
  /** Decoded, without dots. */
  readonly path: string
  readonly query: string
  readonly protocol: string
  readonly head: Head
  readonly client: { readonly address: string; readonly port: number }
  readonly server: { readonly address: string; readonly hostname: string }
  readonly port: number
  readonly connection: number
}

/** Nothing where the request line is none that nginx reads. */
export function requestLine(
  line: string,
): { readonly method: string; readonly target: string; readonly protocol: string } | undefined {
  const match = /^([A-Z_]+) (\/[^ ]*|[a-z]+:\/\/[^ ]*|\*)(?: (HTTP\/1\.[01]))$/.exec(line)
  const [, method = '', target = '', protocol = ''] = match ?? []
  return match === null
    ? undefined
    : { method, target: target.replace(/^[a-z]+:\/\/[^/]*(?=\/|$)/, '') || '/', protocol }
}

/** %20 and dots resolved; nothing where it leads out or says nothing. */
export function normalised(target: string): string | undefined {
  const path = target.replace(/[?#].*$/s, '')
  if (/%(?![0-9A-Fa-f]{2})|%00/.test(path)) return undefined
  const decoded = path.replace(/%([0-9A-Fa-f]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
  const parts: string[] = []
  const names = decoded.split('/').slice(1)
  for (const [at, name] of names.entries()) {
    const last = at === names.length - 1
    if (name === '..') {
      if (parts.pop() === undefined) return undefined
      if (last) parts.push('')
    } else if (name === '' || name === '.') {
      if (last) parts.push('')
    } else parts.push(name)
  }
  return `/${parts.join('/')}`
}

/** The server for a port and a name: an exact one, one with a wildcard, or the default. */
export function serverFor(servers: readonly Server[], port: number, host: string): Server | undefined {
  const here = servers.filter(({ listens }) => listens.some((listen) => listen.port === port))
  const name = host.replace(/:\d+$/, '').toLowerCase()
  return (
    here.find(({ names }) => names.includes(name)) ??
    here.find(({ names }) => names.some((each) => each.startsWith('*.') && name.endsWith(each.slice(1)))) ??
    here.find(({ listens }) => listens.some((listen) => listen.port === port && listen.standard)) ??
    here[0]
  )
}

/** ngx_http_core_find_location: an exact one, the longest prefix unless a pattern fits, the first pattern. */
export function locationFor(server: Server, path: string): Location | undefined {
  const exact = server.locations.find(({ kind, path: own }) => kind === '=' && own === path)
  if (exact !== undefined) return exact
  const prefixes = server.locations.filter(
    ({ kind, path: own }) => (kind === '' || kind === '^~') && path.startsWith(own),
  )
  const longest = prefixes.toSorted((a, b) => b.path.length - a.path.length)[0]
  if (longest?.kind === '^~') return longest
  return server.locations.find(({ pattern }) => pattern?.find(path) !== undefined) ?? longest
}

export interface Outcome {
  readonly status: number
  readonly sent: number
}

/** $variables, as log formats and return texts use them. */
export function filled(
  text: string,
  request: Request,
  server: Server | undefined,
  now: number,
  outcome?: Outcome,
): string {
  const values: Readonly<Record<string, () => string | number | undefined>> = {
    remote_addr: () => request.client.address,
    remote_user: () => '',
    time_local: () => formatTime('%d/%b/%Y:%H:%M:%S +0000', now),
    request: () => request.line,
    request_method: () => request.method,
    request_uri: () => request.target,
    request_time: () => '0.000',
    uri: () => request.path,
    args: () => request.query,
    status: () => outcome?.status,
    body_bytes_sent: () => outcome?.sent,
    scheme: () => 'http',
    host: () => request.head.header('host')?.replace(/:\d+$/, '') ?? server?.names[0],
    server_name: () => server?.names[0],
    server_addr: () => request.server.address,
    hostname: () => request.server.hostname,
    server_port: () => request.port,
    server_protocol: () => request.protocol,
  }
  const logged = (value: string) =>
    value.replace(/["\\]|[^ -~]/g, (char) => `\\x${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
  return text.replace(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced: string | undefined, plain = '') => {
    const name = braced ?? (plain as string)
    const value = name.startsWith('http_')
      ? request.head.header(name.slice(5).replaceAll('_', '-'))
      : Object.hasOwn(values, name)
        ? values[name]?.()
        : ''
    if (outcome === undefined) return String(value ?? '')
    return logged(String(value ?? '')) || '-'
  })
}
