import type { Names } from '../contracts.ts'
import { badRequest, invalid } from '../refusal.ts'
import { isList, isObject, type JsonObject } from '../schema/json.ts'
import { timestamp } from '../store/time.ts'
import { accepted } from './accepting.ts'
import { readBody } from './body.ts'
import type { Call } from './call.ts'
import type { ApiContext } from './context.ts'
import { apiVersionOf } from '../facts/names.ts'
import { mayEverything, type User, userOf } from './user.ts'
import { writeOptions } from './writing.ts'

const authorization = 'authorization.k8s.io'
const health = ['/healthz', '/livez', '/readyz', '/version', '/version/']
const discovery = ['/api', '/api/*', '/apis', '/apis/*', '/healthz', '/livez', '/openapi', '/openapi/*', '/readyz']

/** As a fresh cluster's system:discovery and system:basic-user have it, beside everything. */
const rulesOf = (everything: boolean): JsonObject => ({
  resourceRules: [
    ...(everything ? [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }] : []),
    {
      verbs: ['create'],
      apiGroups: [authorization],
      resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
    },
    { verbs: ['create'], apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'] },
  ],
  nonResourceRules: [
    ...(everything ? [{ verbs: ['*'], nonResourceURLs: ['*'] }] : []),
    { verbs: ['get'], nonResourceURLs: health },
    { verbs: ['get'], nonResourceURLs: [...discovery, '/version', '/version/'] },
  ],
  incomplete: false,
})

const statuses: Readonly<Record<string, (user: User, spec: JsonObject) => JsonObject>> = {
  selfsubjectreviews: ({ username, groups }) => ({ userInfo: { username, groups } }),
  selfsubjectaccessreviews: (user) => ({ allowed: mayEverything(user) }),
  selfsubjectrulesreviews: (user) => rulesOf(mayEverything(user)),
  subjectaccessreviews: ofSubject,
  localsubjectaccessreviews: ofSubject,
  tokenreviews: () => ({ user: {}, error: 'the sandbox reviews no tokens' }),
}

function ofSubject(_: User, { user = '', groups }: JsonObject): JsonObject {
  const named = isList(groups) ? groups.map(String) : []
  return { allowed: mayEverything({ username: typeof user === 'string' ? user : '', groups: named }) }
}

export const isReview = ({ plural, group }: Names): boolean =>
  (group === authorization || group === 'authentication.k8s.io') && Object.hasOwn(statuses, plural)

/** Nothing is stored: it is answered with its status. */
export async function review(
  { clock }: ApiContext,
  names: Names,
  asked: Pick<Call, 'query' | 'request' | 'response'>,
): Promise<JsonObject> {
  const options = writeOptions(asked, 'CreateOptions')
  const { request } = asked
  const { spec } = accepted(names, await readBody(request), options) as unknown as JsonObject
  refuseUnclear(names, isObject(spec) ? spec : {})
  const status = statuses[names.plural]?.(userOf(request), isObject(spec) ? spec : {}) ?? {}
  const metadata = names.group === authorization ? {} : { creationTimestamp: timestamp(clock.now()) }
  const type = { kind: names.kind, apiVersion: apiVersionOf(names) }
  return { ...type, metadata, ...(spec === undefined ? {} : { spec }), status }
}

/** pkg/apis/authorization/validation, and the rules review's own check. */
function refuseUnclear({ plural }: Names, { namespace, resourceAttributes, nonResourceAttributes }: JsonObject): void {
  if (plural === 'selfsubjectrulesreviews' && !namespace) throw badRequest('no namespace on request')
  if (plural !== 'selfsubjectaccessreviews') return
  const refuse = (field: string, why: string) =>
    invalid('.authorization.k8s.io', '', [{ field: `spec.${field}`, reason: 'FieldValueInvalid', message: why }])
  if (isObject(resourceAttributes) && isObject(nonResourceAttributes)) {
    const { path: Path = '', verb: Verb = '' } = nonResourceAttributes
    const why = 'cannot be specified in combination with resourceAttributes'
    throw refuse('nonResourceAttributes', `Invalid value: ${JSON.stringify({ Path, Verb })}: ${why}`)
  }
  if (!isObject(resourceAttributes) && !isObject(nonResourceAttributes))
    throw refuse(
      'resourceAttributes',
      'Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified',
    )
}
