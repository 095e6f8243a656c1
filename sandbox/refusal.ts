/** One field that is wrong, as Kubernetes' Status lists it: reason is FieldValueInvalid, FieldValueRequired, FieldValueForbidden, ... */
export interface Cause {
  readonly field: string
  readonly reason: string
  /** With the field left out: Status adds it. */
  readonly message: string
}

interface Details {
  readonly name?: string
  readonly group?: string
  readonly kind?: string
  readonly uid?: string
  readonly causes?: readonly Cause[]
  readonly retryAfterSeconds?: number
}

/** What the API answers with instead of an object: a v1.Status of status Failure. */
export class Refusal extends Error {
  readonly code: number
  readonly reason: string
  readonly details: Details | undefined

  constructor(code: number, reason: string, message: string, details?: Details) {
    super(message)
    this.code = code
    this.reason = reason
    this.details = details
  }
}

/** What a refusal is about. `resource` is "pods" or "deployments.apps", as its messages have it. */
export interface About {
  readonly resource: string
  readonly name: string
}

// Wording and codes: k8s.io/apimachinery/pkg/api/errors.
const detailsOf = ({ resource, name }: About) => {
  const [kind = '', ...group] = resource.split('.')
  return { name, kind, ...(group.length === 0 ? {} : { group: group.join('.') }) }
}

export const notFound = (about: About) =>
  new Refusal(404, 'NotFound', `${about.resource} "${about.name}" not found`, detailsOf(about))

export const alreadyExists = (about: About) =>
  new Refusal(409, 'AlreadyExists', `${about.resource} "${about.name}" already exists`, detailsOf(about))

export const conflict = (about: About, why: string) =>
  new Refusal(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${about.resource} "${about.name}": ${why}`,
    detailsOf(about),
  )

export const forbidden = (about: About, why: string) =>
  new Refusal(403, 'Forbidden', `${about.resource} "${about.name}" is forbidden: ${why}`, detailsOf(about))

export const badRequest = (message: string) => new Refusal(400, 'BadRequest', message)

/** `kind` is "Pod" or "Deployment.apps"; details carry the kind, as upstream's do. */
export function invalid(kind: string, name: string, causes: readonly Cause[]): Refusal {
  // What is wrong twice is said once.
  const listed = [...new Set(causes.map(({ field, message }) => `${field}: ${message}`))]
  const [bare = '', ...group] = kind.split('.')
  return new Refusal(
    422,
    'Invalid',
    `${kind} "${name}" is invalid: ${listed.length === 1 ? (listed[0] ?? '') : `[${listed.join(', ')}]`}`,
    { name, kind: bare, ...(group.length === 0 ? {} : { group: group.join('.') }), causes },
  )
}
