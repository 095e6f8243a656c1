import type { IncomingMessage } from 'node:http'
import type { Names } from '../contracts.ts'
import { isObject, type JsonObject } from '../schema/json.ts'
import { readBody } from './body.ts'
import { apiVersionOf } from './render.ts'
import { accepted, writeOptions } from './writing.ts'

/** The one who asks: the token's owner, who may do everything. */
const user = { username: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] }
const allowed = { allowed: true }

const everything = {
  resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
  nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
  incomplete: false,
}

const statuses: Readonly<Record<string, (spec: JsonObject) => JsonObject>> = {
  selfsubjectreviews: () => ({ userInfo: user }),
  selfsubjectaccessreviews: () => allowed,
  selfsubjectrulesreviews: () => everything,
  subjectaccessreviews: ofSubject,
  localsubjectaccessreviews: ofSubject,
  tokenreviews: () => ({ user: {}, error: 'the sandbox reviews no tokens' }),
}

/** Service accounts have no rights of their own: there is no RBAC that would give them any. */
function ofSubject({ user: who, groups }: JsonObject): JsonObject {
  const admin = who === user.username || (Array.isArray(groups) && groups.includes('system:masters'))
  return admin ? allowed : { allowed: false, reason: '' }
}

export const isReview = ({ plural, group }: Names): boolean =>
  (group === 'authorization.k8s.io' || group === 'authentication.k8s.io') && Object.hasOwn(statuses, plural)

/** Nothing is stored: it is answered with its status. */
export async function review(names: Names, query: URLSearchParams, request: IncomingMessage): Promise<JsonObject> {
  const options = writeOptions(query, request, 'CreateOptions')
  const { object } = accepted(names, await readBody(request), options)
  const { spec } = object as unknown as JsonObject
  const status = statuses[names.plural]?.(isObject(spec) ? spec : {}) ?? {}
  const metadata = { creationTimestamp: null }
  return {
    kind: names.kind,
    apiVersion: apiVersionOf(names),
    metadata,
    ...(spec === undefined ? {} : { spec }),
    status,
  }
}
