import type { Lookup } from '../contracts.ts'
import type { ConfigMap, Secret } from '../kubernetes.ts'

export type Source = 'configmap' | 'secret'

/** A ConfigMap's or Secret's values as bytes, or undefined where there is no such object. */
export function valuesOf(
  store: Lookup,
  source: Source,
  namespace: string,
  name: string,
): ReadonlyMap<string, Uint8Array> | undefined {
  if (source === 'configmap') {
    const found = store.get<ConfigMap>({ kind: 'configmaps', namespace, name })
    if (found === undefined) return undefined
    return new Map([
      ...Object.entries(found.data ?? {}).map(([key, text]) => [key, Buffer.from(text)] as const),
      ...Object.entries(found.binaryData ?? {}).map(([key, text]) => [key, Buffer.from(text, 'base64')] as const),
    ])
  }
  const found = store.get<Secret>({ kind: 'secrets', namespace, name })
  if (found === undefined) return undefined
  return new Map(Object.entries(found.data ?? {}).map(([key, text]) => [key, Buffer.from(text, 'base64')]))
}

export const missing = (source: Source, name: string) => `${source} "${name}" not found`

/** As messages call the two where a key is missing. */
export const kindOf = (source: Source) => (source === 'configmap' ? 'ConfigMap' : 'Secret')
