import type { V1SelfSubjectAccessReview, V1SelfSubjectReview, V1SelfSubjectRulesReview } from '@kubernetes/client-node'
import type { Api, ApiObject } from './api.ts'
import { ApiError } from './refusal.ts'

/** What the API server is asked about this user. Reviews are answered and stored nowhere. */
export interface Right {
  readonly verb: string
  readonly group: string
  readonly resource: string
  readonly subresource?: string
  /** Only for rights within a namespace. */
  readonly namespace?: string
  readonly name?: string
}

type Reviewed<T> = T & ApiObject

const authorization = 'authorization.k8s.io/v1'

/** Whether this user may; undefined where the server does not answer such questions. */
export async function mayI(api: Api, right: Right): Promise<boolean | undefined> {
  const review = {
    apiVersion: authorization,
    kind: 'SelfSubjectAccessReview',
    metadata: {},
    spec: { resourceAttributes: right },
  }
  const answered = await unlessRefused(api.create<Reviewed<V1SelfSubjectAccessReview>>(review))
  return answered?.status?.allowed
}

type Rule = NonNullable<V1SelfSubjectRulesReview['status']>['resourceRules'][number]

/** The rules that hold for this user in a namespace: what they grant is granted, and what they do not may still be. */
export async function rulesIn(api: Api, namespace: string): Promise<readonly Rule[]> {
  const review = { apiVersion: authorization, kind: 'SelfSubjectRulesReview', metadata: {}, spec: { namespace } }
  const answered = await unlessRefused(api.create<Reviewed<V1SelfSubjectRulesReview>>(review))
  return answered?.status?.resourceRules ?? []
}

/** Whether one of the rules grants the right to objects of any name. */
export const grants = (rules: readonly Rule[], { verb, group, resource, subresource }: Right) =>
  rules.some(
    ({ verbs, apiGroups = [], resources = [], resourceNames = [] }) =>
      resourceNames.length === 0 &&
      has(verbs, verb) &&
      has(apiGroups, group) &&
      (subresource === undefined
        ? has(resources, resource)
        : has(resources, `${resource}/${subresource}`) || resources.includes(`*/${subresource}`)),
  )

/** The user as the cluster sees them, by a review that 1.28 and later answer. */
export async function whoAmI(api: Api): Promise<string | undefined> {
  const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview', metadata: {} }
  const answered = await unlessRefused(api.create<Reviewed<V1SelfSubjectReview>>(review))
  return answered?.status?.userInfo?.username
}

const has = (listed: readonly string[], wanted: string) => listed.includes('*') || listed.includes(wanted)

const unlessRefused = <T>(asked: Promise<T>): Promise<T | undefined> =>
  asked.catch((error: unknown) => {
    if (error instanceof ApiError) return undefined
    throw error
  })
