import { compilePattern, type Pattern } from '../applets/regex.ts'
import { ConfigError, type Directive } from './syntax.ts'

export type Level = 'debug' | 'info' | 'notice' | 'warn' | 'error' | 'crit' | 'alert' | 'emerg'
export const levels: readonly Level[] = ['debug', 'info', 'notice', 'warn', 'error', 'crit', 'alert', 'emerg']

/** What a directive of an outer block means for the inner ones, until they say something else. */
export interface Scope {
  readonly root: string
  readonly index: readonly string[]
  readonly tokens: boolean
  readonly errorPages: ReadonlyMap<number, { readonly uri: string; readonly status?: number }>
  readonly accessLogs: readonly { readonly path: string; readonly format: string }[]
  readonly defaultType: string
  readonly tryFiles: readonly string[]
  /** add_header */
  readonly headers: readonly { readonly name: string; readonly value: string; readonly always: boolean }[]
  /** allow and deny; the first that fits. */
  readonly access: readonly { readonly allows: boolean; readonly from: string }[]
  readonly answer?: { readonly status: number; readonly text: string }
}

export interface Location extends Scope {
  readonly alias?: string
  readonly kind: '' | '=' | '^~' | '~' | '~*'
  readonly path: string
  readonly pattern?: Pattern
}

export interface Server extends Scope {
  /** "0.0.0.0:80", "[::]:80" */
  readonly listens: readonly { readonly address: string; readonly port: number; readonly standard: boolean }[]
  readonly names: readonly string[]
  readonly locations: readonly Location[]
}

export interface Settings {
  readonly daemon: boolean
  readonly workers: number
  /** Whom the workers run as where the master is root. */
  readonly user: string
  readonly pid: string
  readonly errorLog: { readonly path: string; readonly level: Level }
  readonly temporary: readonly string[]
  readonly formats: ReadonlyMap<string, string>
  readonly types: ReadonlyMap<string, string>
  readonly keepAlive: number
  readonly servers: readonly Server[]
}

const read =
  'access_log add_header alias allow default_type deny error_log error_page index keepalive_timeout listen location return root server server_name server_tokens try_files types daemon events http log_format pid user worker_processes'
const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path`)
// Known, and without an effect here.
const ignored =
  'master_process worker_connections multi_accept use sendfile tcp_nopush tcp_nodelay keepalive_requests gzip gzip_types gzip_min_length gzip_vary charset client_max_body_size client_body_timeout client_header_timeout send_timeout types_hash_max_size server_names_hash_bucket_size expires etag worker_rlimit_nofile'
const unmodelled = new Set(
  'auth_basic fastcgi_pass geo if limit_req limit_req_zone map proxy_pass proxy_set_header rewrite set split_clients ssl_certificate ssl_certificate_key stream sub_filter upstream'.split(
    ' ',
  ),
)
const known = new Set([...`${read} ${ignored}`.split(' '), ...temporary])

const outermost: Scope = {
  root: '/usr/share/nginx/html',
  index: ['index.html'],
  tokens: true,
  errorPages: new Map(),
  accessLogs: [{ path: '/var/log/nginx/access.log', format: 'combined' }],
  defaultType: 'text/plain',
  tryFiles: [],
  headers: [],
  access: [],
}

/** The meaning of a configuration. */
export function settingsOf(main: readonly Directive[]): Settings {
  check(main)
  const one = (name: string, among = main) => among.findLast((each) => each.name === name)
  if (one('events') === undefined) throw new ConfigError('no "events" section in configuration')
  const http = one('http')?.block ?? []
  const outer = scopeOf(http, outermost)
  const [path = '/var/log/nginx/error.log', level = 'error'] = (one('error_log', http) ?? one('error_log'))?.args ?? []
  if (!levels.includes(level as Level)) throw new ConfigError(`invalid log level "${level}" in ${one('error_log')?.at}`)
  const workers = one('worker_processes')?.args[0] ?? '1'
  return {
    daemon: one('daemon')?.args[0] !== 'off',
    workers: workers === 'auto' ? 2 : Number(workers),
    user: one('user')?.args[0] ?? 'www-data',
    pid: one('pid')?.args[0] ?? '/run/nginx.pid',
    errorLog: { path, level: level as Level },
    temporary: temporary.map(
      (name) => one(name, http)?.args[0] ?? `/var/lib/nginx/${name.replace(/(^client_)|_temp_path$/g, '')}`,
    ),
    formats: new Map([
      [
        'combined',
        '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"',
      ],
      ...http
        .filter(({ name }) => name === 'log_format')
        .map(({ args: [name = '', ...parts] }) => [name, parts.join('')] as const),
    ]),
    types: new Map(
      (one('types', http)?.block ?? []).flatMap(({ name, args }) =>
        args.map((extension) => [extension, name] as const),
      ),
    ),
    keepAlive: Number.parseFloat(one('keepalive_timeout', http)?.args[0] ?? '75') * 1000,
    servers: http.filter(({ name }) => name === 'server').map((server) => serverOf(server.block ?? [], outer)),
  }
}

const blocks = new Set(['events', 'http', 'server', 'location', 'types', 'limit_except'])

function check(directives: readonly Directive[]): void {
  for (const { name, args, block, at } of directives) {
    if (unmodelled.has(name)) throw new ConfigError(`directive "${name}" is not modelled in the sandbox in ${at}`)
    if (!known.has(name)) throw new ConfigError(`unknown directive "${name}" in ${at}`)
    if (blocks.has(name) && block === undefined)
      throw new ConfigError(`directive "${name}" has no opening "{" in ${at}`)
    if (!blocks.has(name) && block !== undefined)
      throw new ConfigError(`directive "${name}" is not terminated by ";" in ${at}`)
    if (!blocks.has(name) && args.length === 0)
      throw new ConfigError(`invalid number of arguments in "${name}" directive in ${at}`)
    if (block !== undefined && name !== 'types') check(block)
  }
}

function scopeOf(directives: readonly Directive[], outer: Scope): Scope {
  const all = (name: string) => directives.filter((each) => each.name === name)
  const args = (name: string) => all(name).at(-1)?.args
  const logs = all('access_log')
  const [status, ...text] = args('return') ?? []
  return {
    root: args('root')?.[0] ?? outer.root,
    index: args('index') ?? outer.index,
    tokens: (args('server_tokens')?.[0] ?? (outer.tokens ? 'on' : 'off')) !== 'off',
    errorPages: new Map([...outer.errorPages, ...all('error_page').flatMap(errorPagesOf)]),
    accessLogs:
      logs.length === 0
        ? outer.accessLogs
        : logs.flatMap(({ args: [path = '', format = 'combined'] }) => (path === 'off' ? [] : [{ path, format }])),
    defaultType: args('default_type')?.[0] ?? outer.defaultType,
    tryFiles: args('try_files') ?? [],
    headers: own(
      all('add_header').map(({ args: [name = '', value = '', always] }) => ({
        name,
        value,
        always: always === 'always',
      })),
      outer.headers,
    ),
    access: own(
      directives
        .filter(({ name }) => name === 'allow' || name === 'deny')
        .map(({ name, args: [from = ''] }) => ({ allows: name === 'allow', from })),
      outer.access,
    ),
    ...(status === undefined ? {} : { answer: answerOf(status, text.join(' ')) }),
  }
}

/** What a block says, or where it says nothing the outer one. */
const own = <T>(here: readonly T[], outer: readonly T[]) => (here.length === 0 ? outer : here)

const answerOf = (status: string, text: string) =>
  /^\d+$/.test(status) ? { status: Number(status), text } : { status: 302, text: status }

function errorPagesOf({ args }: Directive) {
  const uri = args.at(-1) ?? ''
  const status = args.find((arg) => arg.startsWith('='))?.slice(1)
  const codes = args.slice(0, -1).filter((arg) => /^\d+$/.test(arg))
  return codes.map(
    (code) =>
      [Number(code), { uri, ...(status === undefined || status === '' ? {} : { status: Number(status) }) }] as const,
  )
}

function serverOf(directives: readonly Directive[], outer: Scope): Server {
  const scope = scopeOf(directives, outer)
  const listens = directives.filter(({ name }) => name === 'listen').map(listenOf)
  return {
    ...scope,
    listens: listens.length === 0 ? [{ address: '0.0.0.0', port: 80, standard: false }] : listens,
    names: directives.filter(({ name }) => name === 'server_name').flatMap(({ args }) => args),
    locations: directives.filter(({ name }) => name === 'location').map((each) => locationOf(each, scope)),
  }
}

function listenOf({ args: [given = '', ...flags], at }: Directive): Server['listens'][number] {
  const [, address, port = '80'] = /^(?:(\[[^\]]*\]|[^:]*[^\d:][^:]*|\*)(?::|$))?(\d*)$/.exec(given) ?? []
  if (Number(port) > 65_535) throw new ConfigError(`invalid port in "${given}" of the "listen" directive in ${at}`)
  return {
    address: (address ?? '0.0.0.0').replace(/^(\*|localhost)$/, (name) => (name === '*' ? '0.0.0.0' : '127.0.0.1')),
    port: Number(port || 80),
    standard: flags.includes('default_server'),
  }
}

function locationOf({ args, block = [] }: Directive, outer: Scope): Location {
  const [kind, path = ''] = args.length > 1 ? args : ['', args[0]]
  const alias = block.find(({ name }) => name === 'alias')?.args[0]
  const location = {
    ...scopeOf(block, outer),
    kind: kind as Location['kind'],
    path,
    ...(alias !== undefined && { alias }),
  }
  const isPattern = kind === '~' || kind === '~*'
  if (!isPattern) return location
  return { ...location, pattern: compilePattern(path, { extended: true, ignoreCase: kind === '~*' }) }
}
