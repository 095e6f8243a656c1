import type { Column, KindFile } from '../contracts.ts'
import { apiVersionOf } from '../facts/names.ts'
import type { Obj } from '../kubernetes.ts'
import type { JsonObject } from '../schema/json.ts'
import { bodyOf, textOf } from '../store/text.ts'
import type { Form } from './negotiation.ts'

export interface Printed {
  readonly names: { readonly kind: string; readonly group: string; readonly version: string }
  readonly columns: readonly Column[]
}

export const printedAs = ({ names, columns }: KindFile): Printed => ({ names, columns })

/** One object, in the form that was asked for. */
export function objectText(form: Form, printed: Printed, object: Obj, now: number): string {
  switch (form.as) {
    case 'object':
      return textOf(object)
    case 'metadata':
      return metadataText(form.version, object)
    case 'table':
      return tableText(form, printed.columns, [object], { resourceVersion: object.metadata.resourceVersion }, now)
  }
}

export function listText(
  form: Form,
  printed: Printed,
  items: readonly Obj[],
  metadata: JsonObject,
  now: number,
): string {
  switch (form.as) {
    case 'object':
      return list(`${printed.names.kind}List`, apiVersionOf(printed.names), metadata, items.map(bodyOf))
    case 'metadata':
      return list(
        'PartialObjectMetadataList',
        `meta.k8s.io/${form.version}`,
        metadata,
        items.map((item) => metadataText(form.version, item)),
      )
    case 'table':
      return tableText(form, printed.columns, items, metadata, now)
  }
}

const list = (kind: string, apiVersion: string, metadata: JsonObject, items: readonly string[]) =>
  `{"kind":"${kind}","apiVersion":"${apiVersion}","metadata":${JSON.stringify(metadata)},"items":[${items.join(',')}]}`

const metadataText = (version: string, { metadata }: Obj) =>
  `{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/${version}","metadata":${JSON.stringify(metadata)}}`

type TableForm = Extract<Form, { readonly as: 'table' }>

export function tableText(
  { version, include }: TableForm,
  columns: readonly Column[],
  items: readonly Obj[],
  metadata: JsonObject,
  now: number,
  headers = true,
): string {
  const definitions = columns.map(({ name, type, format, description, priority }) => ({
    name,
    type,
    format,
    description,
    priority,
  }))
  const rows = items.map((item) => {
    const cells = JSON.stringify(columns.map(({ cell }) => cell(item, now)))
    const object = include === 'None' ? 'null' : include === 'Object' ? textOf(item) : metadataText(version, item)
    return `{"cells":${cells},"object":${object}}`
  })
  return `{"kind":"Table","apiVersion":"meta.k8s.io/${version}","metadata":${JSON.stringify(metadata)},"columnDefinitions":${headers ? JSON.stringify(definitions) : 'null'},"rows":[${rows.join(',')}]}`
}
