// What nginx answers a request with: its core, static and index modules.
import { Errno, type Files, type Stat } from '../../node/process.ts'
import { join } from '../applets/files.ts'
import { formatTime } from '../applets/time.ts'
import { errorPage } from './pages.ts'
import { filled, locationFor, type Request } from './request.ts'
import type { Location, Scope, Server, Settings } from './settings.ts'
import { numberOf } from './syntax.ts'

export interface Answer {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Uint8Array
  readonly scope: Scope
}

export interface Site {
  readonly settings: Settings
  readonly server: Server
  readonly files: Files
  readonly now: number
  /** Into the error log, with what was asked. */
  readonly complain: (text: string) => void
}

const noEntry = new Errno('ENOENT', 'No such file or directory')
const bytes = (text: string) => Buffer.from(text, 'latin1')

/** An address, a network or "all". */
function covers(from: string, address: string): boolean {
  const [network = '', bits = '32'] = from.split('/')
  const number = (text: string) => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const size = 2 ** (32 - Number(bits))
  return from === 'all' || Math.floor(number(network) / size) === Math.floor(number(address) / size)
}

/** With redirects inside the server, of which there may be ten. */
export async function answer(
  site: Site,
  request: Request,
  path = request.path,
  given?: number,
  depth = 0,
): Promise<Answer> {
  const scope = locationFor(site.server, path) ?? site.server
  if (depth > 10) {
    site.complain(`rewrite or internal redirection cycle while internally redirecting to "${path}"`)
    return failed(site, request, scope, 500, true)
  }
  const again = (next: string) => answer(site, request, next, given, depth + 1)
  const fail = (status: number) => failed(site, request, scope, status, given !== undefined)
  if (scope.answer !== undefined) return returned(site, request, scope)
  if (scope.access.find(({ from }) => covers(from, request.client.address))?.allows === false) {
    site.complain('access forbidden by rule')
    return fail(403)
  }

  const { alias, path: prefix = '' }: Partial<Location> = scope
  // The static module asks for the method before it looks.
  const isAllowed = ['GET', 'HEAD', 'POST'].includes(request.method)
  const onDisk = (of: string) => (alias === undefined ? join(scope.root, of.slice(1)) : alias + of.slice(prefix.length))

  for (const [at, candidate] of scope.tryFiles.entries()) {
    const next = filled(candidate, { ...request, path }, site.server, site.now)
    if (at === scope.tryFiles.length - 1) return /^=\d+$/.test(next) ? fail(Number(next.slice(1))) : again(next)
    const stat = await site.files.stat(onDisk(next)).catch(() => undefined)
    if (stat === undefined || (stat.type === 'directory') !== next.endsWith('/')) continue
    return next.endsWith('/') ? folder(next) : file(next)
  }
  return path.endsWith('/') ? folder(path) : file(path)

  async function folder(of: string): Promise<Answer> {
    if (!isAllowed) return fail(405)
    let missing: Errno | undefined
    for (const index of scope.index) {
      const stat = await site.files.stat(onDisk(of + index)).catch((error: unknown) => error)
      if (!(stat instanceof Error)) return again(of + index)
      if (stat instanceof Errno && stat.code === 'EACCES') {
        site.complain(`"${onDisk(of + index)}" is forbidden (13: ${stat.message})`)
        return fail(403)
      }
      if (stat instanceof Errno) missing ??= stat
    }
    const there = await site.files.stat(onDisk(of)).catch(() => undefined)
    if (there?.type !== 'directory') {
      site.complain(
        `"${onDisk(of + (scope.index[0] ?? ''))}" is not found (${numberOf(missing ?? noEntry)}: ${(missing ?? noEntry).message})`,
      )
      return fail(404)
    }
    site.complain(`directory index of "${onDisk(of)}" is forbidden`)
    return fail(403)
  }

  async function file(of: string): Promise<Answer> {
    if (!isAllowed) return fail(405)
    const real = onDisk(of)
    try {
      const stat = await site.files.stat(real)
      if (stat.type === 'directory') return redirected(request, scope, `${path}/`)
      const body = await site.files.read(real)
      if (request.method === 'POST') return fail(405)
      return found(real, stat, body)
    } catch (error) {
      if (!(error instanceof Errno)) throw error
      site.complain(`open() "${real}" failed (${numberOf(error)}: ${error.message})`)
      return fail(error.code === 'EACCES' ? 403 : error.code === 'ENOENT' || error.code === 'ENOTDIR' ? 404 : 500)
    }
  }

  function found(real: string, { modified, size }: Stat, body: Uint8Array): Answer {
    const date = formatTime('%a, %d %b %Y %H:%M:%S GMT', modified)
    const tag = `"${Math.floor(modified / 1000).toString(16)}-${size.toString(16)}"`
    const validators = [
      ['Last-Modified', date],
      ['ETag', tag],
    ] as const
    const unchanged = request.head.header('if-none-match') === tag || request.head.header('if-modified-since') === date
    if (unchanged && given === undefined) return { status: 304, headers: validators, body: bytes(''), scope }
    const type = site.settings.types.get(/\.([^./]+)$/.exec(real)?.[1] ?? '') ?? scope.defaultType
    const headers = [
      ['Content-Type', type],
      ...validators,
      ...(given === undefined ? ([['Accept-Ranges', 'bytes']] as const) : []),
    ] as const
    return { status: given ?? 200, headers, body, scope }
  }
}

function returned(site: Site, request: Request, scope: Scope): Answer {
  const { status, text } = scope.answer ?? { status: 500, text: '' }
  const value = filled(text, request, site.server, site.now)
  if ([301, 302, 303, 307, 308].includes(status)) {
    const absolute = value.startsWith('/')
      ? redirected(request, scope, value).headers
      : ([
          ['Content-Type', 'text/html'],
          ['Location', value],
        ] as const)
    return { status, headers: absolute, body: bytes(errorPage(status, scope.tokens)), scope }
  }
  const body = text === '' ? (status >= 300 ? errorPage(status, scope.tokens) : '') : value
  return {
    status,
    headers: [['Content-Type', text === '' ? 'text/html' : scope.defaultType]],
    body: bytes(body),
    scope,
  }
}

function redirected(request: Request, scope: Scope, path: string): Answer {
  const host = request.head.header('host')?.replace(/:\d+$/, '') ?? 'localhost'
  const port = request.port === 80 ? '' : `:${request.port}`
  return {
    status: 301,
    headers: [
      ['Content-Type', 'text/html'],
      ['Location', `http://${host}${port}${path}`],
    ],
    body: bytes(errorPage(301, scope.tokens)),
    scope,
  }
}

/** The error_page for a status, or nginx's own, also where an error_page has led here. */
async function failed(
  site: Site,
  request: Request,
  scope: Scope,
  status: number,
  isErrorPage: boolean,
): Promise<Answer> {
  const page = isErrorPage ? undefined : scope.errorPages.get(status)
  if (page?.uri.startsWith('/') === true)
    return answer(site, { ...request, method: 'GET' }, page.uri, page.status ?? status, 1)
  return { status, headers: [['Content-Type', 'text/html']], body: bytes(errorPage(status, scope.tokens)), scope }
}
