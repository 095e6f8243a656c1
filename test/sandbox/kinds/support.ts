import { SteppedClock } from '../../../sandbox/clock.ts'
import type { Kind, Store } from '../../../sandbox/contracts.ts'
import { kinds } from '../../../sandbox/kinds/index.ts'
import { MemoryStore } from '../../../sandbox/store/store.ts'

/** With a namespace, its service account and a default class. */
export function aStore(namespace = 'default', labels: Readonly<Record<string, string>> = {}): Store {
  const store = new MemoryStore(kinds, new SteppedClock())
  const put = (kind: Kind, where: string, name: string, object: object) =>
    store.write({ kind, namespace: where, name }, () => object)
  put('namespaces', '', namespace, { metadata: { labels } })
  put('serviceaccounts', namespace, 'default', {})
  put('storageclasses.storage.k8s.io', '', 'standard', {
    metadata: { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    provisioner: 'rancher.io/local-path',
    volumeBindingMode: 'WaitForFirstConsumer',
  })
  return store
}

export function kindOf(name: string): { kind: Kind; namespaced: boolean } {
  for (const [kind, { names }] of kinds) if (names.kind === name) return { kind, namespaced: names.namespaced }
  throw new Error(`no ${name}`)
}
