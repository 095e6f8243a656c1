import type { Clock } from '../clock.ts'
import type { Key, Kind, Store } from '../contracts.ts'
import { readFacts } from '../facts/index.ts'
import type { ConfigMap, Obj } from '../kubernetes.ts'

type Row = readonly [kind: Kind, namespace: string, object: Obj]

/**
 * What a fresh kind cluster holds before anybody has done anything; its node comes from the kubelet, its service accounts from their
 * controller. kube-dns has no selector: the node answers for the cluster's DNS, not Pods of it.
 */
export function seed(store: Store, _clock: Clock): void {
  for (const [kind, namespace, object] of readFacts('seed') as readonly Row[])
    store.write({ kind, namespace, name: object.metadata.name }, () => object)
}

/** Where the cluster's certificate authority is published: the controller copies it into every namespace. */
export const authorityKey: Key = {
  kind: 'configmaps',
  namespace: 'kube-system',
  name: 'extension-apiserver-authentication',
}

/** To be called when the server has made its certificate authority (PEM). */
export function publishAuthority(store: Store, certificateAuthority: string): void {
  store.write<ConfigMap>(authorityKey, (old) => ({ ...old, data: { 'client-ca-file': certificateAuthority } }))
}
