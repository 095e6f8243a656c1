import type { Api, Kind, Query, Reference } from '../../../scripts/cluster/api.ts'
import type { Right } from '../../../scripts/cluster/reviews.ts'
import { ApiError } from '../../../scripts/cluster/refusal.ts'

interface Review {
  readonly kind: string
  readonly spec: { readonly resourceAttributes: Right }
}

/** What a cluster answers: objects by kind ('403' where they may not be seen), and rights by "verb resource". */
export interface Answers {
  readonly objects?: Readonly<Record<string, readonly object[] | '403'>>
  readonly rules?: readonly object[]
  /** The rights that are denied, as "create pods/exec"; the others are granted. */
  readonly denied?: readonly string[]
  readonly user?: string
}

export const forbidden = () => new ApiError(403, 'Forbidden', 'forbidden')

/** An Api that answers from a table, and keeps what it was asked. */
export function answering({ objects = {}, rules = [], denied = [], user }: Answers): {
  readonly api: Api
  readonly asked: string[]
} {
  const asked: string[] = []
  const items = (kind: string) => {
    const found = objects[kind] ?? []
    if (found === '403') throw forbidden()
    return found as readonly { metadata?: { name?: string } }[]
  }
  const api = {
    list: async ({ kind }: Kind, query: Query = {}) => {
      asked.push(`list ${kind}${query.namespace === undefined ? '' : ` in ${query.namespace}`}`)
      if (kind === 'SecurityContextConstraints' && objects[kind] === undefined)
        throw new ApiError(404, 'NotFound', '404')
      return { items: items(kind), resourceVersion: '1' }
    },
    find: async ({ kind, name }: Reference) => {
      asked.push(`find ${kind} ${name}`)
      return items(kind).find(({ metadata }) => metadata?.name === name)
    },
    create: async ({ kind, spec }: Review) => {
      if (kind === 'SelfSubjectRulesReview') return { status: { resourceRules: rules } }
      if (kind === 'SelfSubjectReview') {
        if (user === undefined) throw new ApiError(404, 'NotFound', '404')
        return { status: { userInfo: { username: user } } }
      }
      const { verb, resource, subresource } = spec.resourceAttributes
      const right = `${verb} ${resource}${subresource === undefined ? '' : `/${subresource}`}`
      asked.push(right)
      return { status: { allowed: !denied.includes(right) } }
    },
  }
  return { api: api as unknown as Api, asked }
}
