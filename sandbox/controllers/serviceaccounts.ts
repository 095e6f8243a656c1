import type { Controller, Key } from '../contracts.ts'
import type { ConfigMap, Namespace } from '../kubernetes.ts'
import { authorityKey } from '../store/seed.ts'
import { create, isDeleting, update } from './objects.ts'

const account = (namespace: string): Key => ({ kind: 'serviceaccounts', namespace, name: 'default' })
const authority = (namespace: string): Key => ({ kind: 'configmaps', namespace, name: 'kube-root-ca.crt' })

const description =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.'

const same = (a: Key, b: Key) => a.kind === b.kind && a.namespace === b.namespace && a.name === b.name

/** A default service account and the cluster's certificate authority in every namespace: upstream's serviceaccount and root-ca-cert-publisher. */
export const serviceAccounts: Controller = {
  name: 'serviceaccount-controller',
  watches: ['namespaces', 'serviceaccounts', 'configmaps'],
  keys({ key, type }, { store }) {
    if (key.kind === 'namespaces') return type === 'DELETED' ? [] : [key]
    if (same(key, authorityKey))
      return store
        .list('namespaces')
        .items.map(({ metadata: { name } }) => ({ kind: 'namespaces', namespace: '', name }))
    const ours = [account(key.namespace), authority(key.namespace)].some((each) => same(each, key))
    return ours ? [{ kind: 'namespaces', namespace: '', name: key.namespace }] : []
  },
  async reconcile(key, { store }) {
    const namespace = store.get<Namespace>(key)
    if (namespace === undefined || isDeleting(namespace)) return
    const { name } = key
    if (store.get(account(name)) === undefined)
      create(store, 'serviceaccounts', { metadata: { name: 'default', namespace: name } })

    const data = { 'ca.crt': store.get<ConfigMap>(authorityKey)?.data?.['client-ca-file'] ?? '' }
    const published = authority(name)
    const annotations = { 'kubernetes.io/description': description }
    if (store.get(published) === undefined)
      create<ConfigMap>(store, 'configmaps', {
        metadata: { name: published.name, namespace: name, annotations },
        data,
      })
    else update<ConfigMap>(store, published, (old) => ({ ...old, data }))
  },
}
