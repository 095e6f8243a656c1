import type { KindFile } from '../contracts.ts'
import type { Secret } from '../kubernetes.ts'
import type { Cause } from '../refusal.ts'
import { immutable, invalidValue, required, tooLong } from './causes.ts'
import { frozenCauses } from './configmaps.ts'
import { defineKind } from './kind.ts'
import { configKey, obeys } from './names.ts'

const room = 1024 * 1024

/** Keys that a type asks for. */
const needs: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
}

export const secrets: KindFile = defineKind<Secret>('secrets', {
  cells: { Type: ({ type = '' }) => type, Data: ({ data = {} }) => Object.keys(data).length },
  selectable: ['type'],
  validate: (next, old) => {
    const { data = {}, type = '' } = next
    const size = Object.values(data).reduce((sum, text) => sum + Buffer.from(text, 'base64').length, 0)
    return [
      Object.keys(data).map((key) => obeys(`data[${key}]`, key, configKey)),
      size > room && tooLong('data', room),
      typeCauses(next, data, type),
      old !== undefined && old.type !== next.type && immutable('type', type),
      old?.immutable === true && frozenCauses(next, old, ['data']),
    ]
  },
})

function typeCauses({ metadata }: Secret, data: Readonly<Record<string, string>>, type: string): Cause[] {
  const has = (key: string) => Object.hasOwn(data, key)
  const account = 'kubernetes.io/service-account.name'
  if (type === 'kubernetes.io/service-account-token' && (metadata.annotations?.[account] ?? '') === '')
    return [required(`metadata.annotations[${account}]`)]
  if (type === 'kubernetes.io/basic-auth' && !has('username') && !has('password'))
    return [required('data[username]'), required('data[password]')]
  return (needs[type] ?? []).flatMap((key) => {
    if (!has(key)) return [required(`data[${key}]`)]
    return key.startsWith('.docker') ? jsonCauses(key, data[key] ?? '') : []
  })
}

function jsonCauses(key: string, encoded: string): Cause[] {
  const text = Buffer.from(encoded, 'base64').toString()
  try {
    JSON.parse(text)
    return []
  } catch {
    const why =
      text === ''
        ? 'unexpected end of JSON input'
        : `invalid character '${text[0] ?? ''}' looking for beginning of value`
    return [invalidValue(`data[${key}]`, '<secret contents redacted>', why)]
  }
}
