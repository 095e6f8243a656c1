import { modelDescriptions } from '../schema/descriptions.ts'

type Texts = Record<string, string>

export interface Schema {
  readonly description?: string
  readonly properties?: Readonly<Record<string, { readonly description?: string }>>
}

interface Document {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

/** What `kubectl explain` says of these types, as far as @kubernetes/client-node's models say something else, or nothing. "" is the type itself. */
export function recordDescriptions(documents: readonly Document[], types: readonly string[]): Record<string, Texts> {
  const schemas = new Map(documents.flatMap(({ components }) => Object.entries(components.schemas)))
  const found: Record<string, Texts> = {}
  for (const type of types) {
    const { description = '', properties = {} } = schemas.get(type) ?? {}
    const known = modelDescriptions(type)
    const said = Object.entries(properties).map(([name, field]) => [name, field.description ?? ''] as const)
    const texts = [
      ...(description === known.type ? [] : [['', description] as const]),
      ...said.filter(([name, text]) => text !== (known.fields.get(name) ?? '')),
    ]
    if (texts.length > 0) found[type] = Object.fromEntries(texts)
  }
  return found
}
