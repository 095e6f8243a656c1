import { SteppedClock } from '../../../sandbox/clock.ts'
import type { JsonObject } from '../../../sandbox/schema/json.ts'
import { MemoryStore } from '../../../sandbox/store/store.ts'
import type { Context } from '../../support/tests.ts'
import { namedKinds, otherNames } from './kinds.ts'
import { serve } from './serve.ts'

export interface Answered {
  readonly code: number
  readonly headers: Headers
  readonly text: string
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into it
  readonly json: any
}

export interface Client {
  readonly clock: SteppedClock
  readonly store: MemoryStore
  readonly url: string
  readonly ask: (
    method: string,
    path: string,
    body?: JsonObject | readonly JsonObject[] | string,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Answered>
}

/** An API with one namespace, "default", and who asks it. */
export async function client({ defer }: Context): Promise<Client> {
  const clock = new SteppedClock()
  const store = new MemoryStore(namedKinds, clock)
  store.write({ kind: 'namespaces', namespace: '', name: 'default' }, () => ({}))
  const kubelet = {} as never
  const context = { store, kinds: namedKinds, unmodelled: otherNames, clock, kubelet, version: 'v1.34.2+sandbox' }
  const { url, close } = await serve(context)
  defer(close)
  const ask: Client['ask'] = async (method, path, body, headers = {}) => {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
    const response = await fetch(url + path, {
      method,
      headers: { 'content-type': type, 'user-agent': 'test/1', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    const json: unknown = text.startsWith('{') && !text.includes('}\n{') ? JSON.parse(text) : undefined
    return { code: response.status, headers: response.headers, text, json }
  }
  return { clock, store, url, ask }
}

export const maps = '/api/v1/namespaces/default/configmaps'
export const map = (name: string, more: JsonObject = {}): JsonObject => ({
  kind: 'ConfigMap',
  apiVersion: 'v1',
  metadata: { name },
  ...more,
})
