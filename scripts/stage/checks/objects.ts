import type { ApiObject } from '../../cluster/api.ts'
import type { Setting } from '../setting.ts'
import type { Check } from './check.ts'
import { verdict } from './check.ts'

type Values = Readonly<Record<string, string>>

/** Objects, asked of the API server itself. */
export function objectChecks({ api, namespace }: Setting) {
  /** What a ConfigMap keeps, byte for byte. */
  const configMap = (name: string, data: Values): Check => {
    const expected = listed(data)
    return {
      what: expected,
      look: async () => {
        const object = await api.get<ApiObject & { readonly data?: Values }>({
          apiVersion: 'v1',
          kind: 'ConfigMap',
          name,
          namespace,
        })
        const observed = listed(object.data ?? {})
        return verdict(observed === expected, expected, observed, `kubectl get configmap ${name} -o yaml`)
      },
    }
  }

  /** What a Secret keeps under a key: not the value itself, and what decodes to it. */
  const secret = (name: string, key: string, value: string): Check => ({
    what: `${key} decodes to ${value}`,
    look: async () => {
      const object = await api.get<ApiObject & { readonly type?: string; readonly data?: Values }>({
        apiVersion: 'v1',
        kind: 'Secret',
        name,
        namespace,
      })
      const kept = object.data?.[key] ?? ''
      const decoded = Buffer.from(kept, 'base64').toString()
      const holds = object.type === 'Opaque' && kept !== value && decoded === value
      return verdict(
        holds,
        `type Opaque; ${key} decodes to ${value}`,
        `type ${object.type}; ${kept} decodes to ${decoded}`,
        `kubectl get secret ${name} -o yaml`,
      )
    },
  })

  /** No object of these names. */
  const absent = (apiVersion: string, kind: string, ...names: readonly string[]): Check => ({
    what: `no ${kind} ${names.join(', ')}`,
    look: async () => {
      const found = await Promise.all(names.map((name) => api.find({ apiVersion, kind, name, namespace })))
      const left = found.flatMap((object) => (object === undefined ? [] : [object.metadata.name ?? '']))
      const expected = `no ${kind} ${names.join(', ')}`
      return verdict(
        left.length === 0,
        expected,
        left.length === 0 ? expected : `${left.join(', ')} still there`,
        `kubectl get ${kind.toLowerCase()}`,
      )
    },
  })

  return { configMap, secret, absent }
}

const listed = (data: Values) =>
  Object.keys(data)
    .toSorted()
    .map((key) => `${key}: ${data[key]}`)
    .join(', ')
