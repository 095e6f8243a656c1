import type { KindFile } from '../contracts.ts'
import type { ConfigMap } from '../kubernetes.ts'
import { equal } from '../schema/json.ts'
import { type Found, forbiddenField, invalidValue, tooLong } from './causes.ts'
import { defineKind } from './kind.ts'
import { configKey, obeys } from './names.ts'

const room = 1024 * 1024
const keys = (of: object | undefined) => Object.keys(of ?? {})

export const configmaps: KindFile = defineKind<ConfigMap>('configmaps', {
  cells: { Data: ({ data, binaryData }) => keys(data).length + keys(binaryData).length },
  validate: (next, old) => {
    const { data = {}, binaryData = {} } = next
    const size = [
      ...Object.values(data).map((text) => Buffer.byteLength(text)),
      ...Object.values(binaryData).map((text) => Buffer.from(text, 'base64').length),
    ].reduce((sum, length) => sum + length, 0)
    return [
      keys(data).map((key) => [
        obeys(`data[${key}]`, key, configKey),
        Object.hasOwn(binaryData, key) && invalidValue(`data[${key}]`, key, 'duplicate of key present in binaryData'),
      ]),
      keys(binaryData).map((key) => obeys(`binaryData[${key}]`, key, configKey)),
      // Upstream names no field here.
      size > room && tooLong('[]', room),
      old?.immutable === true && frozenCauses(next, old, ['data', 'binaryData']),
    ]
  },
})

/** What an immutable ConfigMap or Secret may not change any more. */
export function frozenCauses<T extends { readonly immutable?: boolean }>(
  next: T,
  old: T,
  fields: readonly (keyof T & string)[],
): Found {
  const why = 'field is immutable when `immutable` is set'
  return [
    next.immutable !== true && forbiddenField('immutable', why),
    fields.map((field) => !equal(next[field], old[field]) && forbiddenField(field, why)),
  ]
}
