import type { KindFile } from '../../contracts.ts'
import { forbidden } from '../../refusal.ts'
import { aboutOf } from '../../store/rules.ts'
import { type Answer, type Call, keyOf } from '../call.ts'
import type { ResourcePath } from '../path.ts'
import { refuseUnmodelled } from '../unmodelled.ts'
import { noSuchResource, notAllowed } from '../refusals.ts'
import { mayEverything, refuse, userOf } from '../user.ts'
import { type View, viewOf } from '../views.ts'
import { bind } from './bind.ts'
import { create } from './create.ts'
import { deleteCollection, deleteOne } from './delete.ts'
import { evict } from './evict.ts'
import { existing, get } from './get.ts'
import { list } from './list.ts'
import { patch } from './patch.ts'
import { proxy } from './proxy.ts'
import { requestToken } from './token.ts'
import { update } from './update.ts'
import { watch } from './watch.ts'

type Verb = (call: Call) => Answer | Promise<Answer>

/** What a method means at a path. */
export function verbOf(call: Call, path: ResourcePath, unmodelled: boolean): Verb {
  const { subresource } = path
  const { names, namespace, name, request, query } = call
  const method = request.method ?? 'GET'
  const verb = nameOf(method, name, query)
  const user = userOf(request)
  if (!mayEverything(user)) refuse(user, verb, names, path)
  if (subresource !== '') return verbOfSubresource(call, subresource, method)
  if (name !== '' && names.namespaced && namespace === '') throw noSuchResource()
  if (!names.verbs.includes(verb) || (names.namespaced && namespace === '' && !['list', 'watch'].includes(verb)))
    throw notAllowed()
  if (unmodelled && !['list', 'watch'].includes(verb)) return () => refuseUnmodelled(call, verb)
  const view = viewOf(call.file, '')
  return view === undefined ? list : (wholeVerbs(view)[verb] ?? list)
}

const wholeVerbs = (view: View): Readonly<Record<string, Verb>> => ({
  get: (call) => get(call, view),
  update: (call) => update(call, view),
  patch: (call) => patch(call, view),
  create,
  list,
  watch,
  delete: deleteOne,
  deletecollection: deleteCollection,
})

function nameOf(method: string, name: string, query: URLSearchParams): string {
  switch (method) {
    case 'GET':
    case 'HEAD':
      if (['true', '1'].includes(query.get('watch') ?? '')) return 'watch'
      return name === '' ? 'list' : 'get'
    case 'POST':
      return name === '' ? 'create' : ''
    case 'PUT':
      return name === '' ? '' : 'update'
    case 'PATCH':
      return name === '' ? '' : 'patch'
    case 'DELETE':
      return name === '' ? 'deletecollection' : 'delete'
    default:
      return ''
  }
}

/** What is made of a resource, and not kept. */
const creating: Readonly<Record<string, Verb>> = { binding: bind, eviction: evict, token: requestToken }

const streamed = new Set(['attach', 'exec', 'log', 'portforward'])

const isProxied = ({ names }: KindFile, subresource: string) => subresource === 'proxy' && names.plural !== 'nodes'

/** Whether a subresource that is in discovery is one here, too. */
export const answered = (file: KindFile, subresource: string): boolean =>
  streamed.has(subresource) ||
  Object.hasOwn(creating, subresource) ||
  isProxied(file, subresource) ||
  viewOf(file, subresource) !== undefined

function refuseSubresource(call: Call, subresource: string): never {
  // A proxy's name may say a port, too.
  if (subresource !== 'proxy') existing(call)
  throw forbidden(aboutOf(keyOf(call)), `${call.kind}/${subresource} is not modelled in the sandbox`)
}

function verbOfSubresource(call: Call, subresource: string, method: string): Verb {
  const { file } = call
  if (!file.names.subresources.includes(subresource)) throw noSuchResource()
  if (isProxied(file, subresource)) return proxy
  const posted = Object.hasOwn(creating, subresource) ? creating[subresource] : undefined
  if (posted !== undefined) {
    if (method !== 'POST') throw notAllowed()
    return posted
  }
  const view = viewOf(file, subresource)
  if (view === undefined) return (each) => refuseSubresource(each, subresource)
  const verbs: Readonly<Record<string, Verb>> = {
    GET: (each) => get(each, view),
    PUT: (each) => update(each, view),
    PATCH: (each) => patch(each, view),
  }
  const verb = verbs[method]
  if (verb === undefined) throw notAllowed()
  return verb
}
