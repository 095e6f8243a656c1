import type { KindFile, Query } from '../contracts.ts'
import type { Obj } from '../kubernetes.ts'
import { badRequest } from '../refusal.ts'
import { type FieldTerm, parseFields, parseLabels } from '../store/selectors.ts'

/** Which objects a request is about: its namespace and its selectors. */
export function selectionOf(file: KindFile, namespace: string, query: URLSearchParams): Query {
  const labels = query.get('labelSelector') ?? ''
  const fields = query.get('fieldSelector') ?? ''
  const tests: ((object: Obj) => boolean)[] = []
  if (labels !== '') {
    const matches = parseLabels(labels)
    tests.push(({ metadata }) => matches(metadata.labels))
  }
  for (const term of parseFields(fields)) tests.push(testOf(file, term))
  if (tests.length === 0) return { namespace }
  return { namespace, matches: (object) => tests.every((test) => test(object)) }
}

const everywhere: NonNullable<KindFile['selectable']> = {
  'metadata.name': ({ metadata }) => metadata.name,
  'metadata.namespace': ({ metadata }) => metadata.namespace ?? '',
}

function testOf({ selectable }: KindFile, { field, equal, value }: FieldTerm): (object: Obj) => boolean {
  const fields = { ...everywhere, ...selectable }
  const read = Object.hasOwn(fields, field) ? fields[field] : undefined
  if (read === undefined)
    throw badRequest(
      selectable === undefined
        ? `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`
        : `field label not supported: ${field}`,
    )
  return (object) => (read(object) === value) === equal
}
