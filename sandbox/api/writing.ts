import type { Key } from '../contracts.ts'
import type { Metadata, Obj } from '../kubernetes.ts'
import { badRequest, type Cause, invalid, Refusal } from '../refusal.ts'
import { managerOf } from '../schema/index.ts'
import type { Call } from './call.ts'
import { warn } from './warnings.ts'

/** What the query of a write says. */
export interface WriteOptions {
  readonly dryRun: boolean
  readonly validation: 'Strict' | 'Warn' | 'Ignore'
  readonly manager: string
  /** Tells the client, whatever comes of the write. */
  readonly warn: (texts: readonly string[]) => void
}

type Asked = Pick<Call, 'query' | 'request' | 'response'>

export function writeOptions({ query, request, response }: Asked, kind: string): WriteOptions {
  const causes: Cause[] = []
  const dryRun = query.getAll('dryRun').filter((value) => value !== '')
  if (dryRun.some((value) => value !== 'All'))
    causes.push(unsupported('dryRun', `[${dryRun.map((value) => JSON.stringify(value)).join(' ')}]`, '"All"'))
  const validation = query.get('fieldValidation') || 'Warn'
  if (!isValidation(validation))
    causes.push(unsupported('fieldValidation', JSON.stringify(validation), '"", "Ignore", "Strict", "Warn"'))
  if (causes.length > 0) throw invalid(`${kind}.meta.k8s.io`, '', causes)
  return {
    dryRun: dryRun.length > 0,
    validation: isValidation(validation) ? validation : 'Warn',
    warn: (texts) => warn(response, texts),
    manager: managerOf(query.get('fieldManager'), request.headers['user-agent'] ?? ''),
  }
}

const isValidation = (name: string): name is WriteOptions['validation'] => ['Strict', 'Warn', 'Ignore'].includes(name)

const unsupported = (field: string, value: string, supported: string): Cause => ({
  field,
  reason: 'FieldValueNotSupported',
  message: `Unsupported value: ${value}: supported values: ${supported}`,
})

/** Refuses another place than the URL names. */
export function placed({ metadata }: Obj, { namespace, name }: Key): void {
  if (namespace !== '' && (metadata.namespace ?? '') !== '' && metadata.namespace !== namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
  if (name !== '' && (metadata.name ?? '') !== '' && metadata.name !== name)
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`)
}

export const nameless = ({ name }: Key) =>
  badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`)

const immutable = ['uid', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const
const systemFields = new Set<string>([...immutable, 'resourceVersion', 'creationTimestamp', 'generation', 'selfLink'])

/** A change, with the metadata that no client sets: rest.BeforeUpdate and ValidateObjectMetaUpdate. `kind`: "Deployment.apps". */
export function settled(next: Obj, old: Obj, kind: string): Obj {
  const { metadata } = next
  const causes = immutable
    .filter(
      (field) => metadata[field] !== undefined && metadata[field] !== '' && metadata[field] !== old.metadata[field],
    )
    .map((field) => ({
      field: `metadata.${field}`,
      reason: 'FieldValueInvalid',
      message: `Invalid value: ${JSON.stringify(metadata[field])}: field is immutable`,
    }))
    .concat(lateFinalizers(metadata.finalizers ?? [], old.metadata))
  if (causes.length > 0) {
    const { code, reason, message, details } = invalid(kind, old.metadata.name, causes)
    // The API server and the kind's own validation both say it; the message says it once.
    throw new Refusal(code, reason, message, { ...details, causes: [...causes, ...causes] })
  }
  const system = Object.entries(old.metadata).filter(([name]) => systemFields.has(name))
  return { ...next, metadata: { ...withoutSystem(metadata), ...(Object.fromEntries(system) as unknown as Metadata) } }
}

function lateFinalizers(finalizers: readonly string[], { deletionTimestamp, finalizers: had = [] }: Metadata) {
  const late = deletionTimestamp === undefined ? [] : finalizers.filter((each) => !had.includes(each)).toSorted()
  const found = `[]string{${late.map((each) => JSON.stringify(each)).join(', ')}}`
  const message = `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers ${found}`
  return late.length === 0 ? [] : [{ field: 'metadata.finalizers', reason: 'FieldValueForbidden', message }]
}

/** What a client may say about itself: rest.BeforeCreate takes the rest away. */
export const withoutSystem = (metadata: Metadata | undefined): Metadata =>
  Object.fromEntries(Object.entries(metadata ?? {}).filter(([name]) => !systemFields.has(name))) as unknown as Metadata
