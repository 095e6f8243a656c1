import type { IncomingMessage } from 'node:http'
import type { Names } from '../contracts.ts'
import { kindOf } from '../facts/names.ts'
import { Refusal } from '../refusal.ts'

export interface User {
  readonly username: string
  readonly groups: readonly string[]
}

const everybody = 'system:authenticated'
const masters = 'system:masters'

/** The one who has the token may do everything; whoever it pretends to be, nothing: there is no RBAC that would allow it. */
export function userOf({ headers }: IncomingMessage): User {
  const username = headers['impersonate-user']
  if (typeof username !== 'string' || username === '')
    return { username: 'kubernetes-admin', groups: [masters, everybody] }
  const groups = headers['impersonate-group']
  const named = Array.isArray(groups) ? groups : (groups ?? '').split(', ').filter((group) => group !== '')
  const [, , namespace] = username.split(':')
  const account = username.startsWith('system:serviceaccount:')
  const implied = account ? ['system:serviceaccounts', `system:serviceaccounts:${namespace ?? ''}`] : []
  return { username, groups: [...(named.length > 0 ? named : implied), everybody] }
}

export const mayEverything = ({ groups }: User): boolean => groups.includes(masters)

/** Wording: k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/errors.go. */
export function refuse({ username }: User, verb: string, names: Names, where: Where): never {
  const { namespace, name, subresource } = where
  const resource = kindOf(names)
  const what = subresource === '' ? names.plural : `${names.plural}/${subresource}`
  const scope = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`
  const why = `User "${username}" cannot ${verb} resource "${what}" in API group "${names.group}" ${scope}`
  const group = names.group === '' ? {} : { group: names.group }
  throw new Refusal(403, 'Forbidden', `${resource}${name === '' ? '' : ` "${name}"`} is forbidden: ${why}`, {
    name,
    ...group,
    kind: names.plural,
  })
}

interface Where {
  readonly namespace: string
  readonly name: string
  readonly subresource: string
}
