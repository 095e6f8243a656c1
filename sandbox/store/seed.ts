import type { Clock } from '../clock.ts'
import type { Key, Kind, Store } from '../contracts.ts'
import type { ConfigMap, Obj } from '../kubernetes.ts'

const nodeAddress = '172.18.0.2'

const labelled = (name: string, labels: Readonly<Record<string, string>>) => ({ metadata: { name, labels } })

const priorityClass = (name: string, value: number, description: string) => ({
  metadata: { name },
  value,
  description,
  preemptionPolicy: 'PreemptLowerPriority',
})

/** By kind and namespace; written in this order. */
const fresh: readonly (readonly [kind: Kind, namespace: string, objects: readonly Seeded[]])[] = [
  [
    'namespaces',
    '',
    ['default', 'kube-node-lease', 'kube-public', 'kube-system'].map((name) =>
      labelled(name, { 'kubernetes.io/metadata.name': name }),
    ),
  ],
  [
    'priorityclasses.scheduling.k8s.io',
    '',
    [
      priorityClass(
        'system-node-critical',
        2_000_001_000,
        'Used for system critical pods that must not be moved from their current node.',
      ),
      priorityClass(
        'system-cluster-critical',
        2_000_000_000,
        'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
      ),
    ],
  ],
  [
    'storageclasses.storage.k8s.io',
    '',
    [
      {
        metadata: { name: 'standard', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
        provisioner: 'rancher.io/local-path',
        reclaimPolicy: 'Delete',
        volumeBindingMode: 'WaitForFirstConsumer',
      },
    ],
  ],
  [
    'services',
    'default',
    [
      {
        ...labelled('kubernetes', { component: 'apiserver', provider: 'kubernetes' }),
        spec: {
          clusterIP: '10.96.0.1',
          ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }],
        },
      },
    ],
  ],
  [
    'endpoints',
    'default',
    [
      {
        ...labelled('kubernetes', { 'endpointslice.kubernetes.io/skip-mirror': 'true' }),
        subsets: [{ addresses: [{ ip: nodeAddress }], ports: [{ name: 'https', port: 6443, protocol: 'TCP' }] }],
      },
    ],
  ],
  [
    'endpointslices.discovery.k8s.io',
    'default',
    [
      {
        ...labelled('kubernetes', { 'kubernetes.io/service-name': 'kubernetes' }),
        addressType: 'IPv4',
        endpoints: [{ addresses: [nodeAddress], conditions: { ready: true } }],
        ports: [{ name: 'https', port: 6443, protocol: 'TCP' }],
      },
    ],
  ],
  // Without a selector: the node itself answers for the cluster's DNS, not Pods of it. Its endpoints are mirrored.
  [
    'services',
    'kube-system',
    [
      {
        ...labelled('kube-dns', {
          'k8s-app': 'kube-dns',
          'kubernetes.io/cluster-service': 'true',
          'kubernetes.io/name': 'CoreDNS',
        }),
        spec: {
          clusterIP: '10.96.0.10',
          ports: [
            { name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 },
            { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 53 },
          ],
        },
      },
    ],
  ],
  [
    'endpoints',
    'kube-system',
    [
      {
        ...labelled('kube-dns', { 'k8s-app': 'kube-dns' }),
        subsets: [
          {
            addresses: [{ ip: nodeAddress }],
            ports: [
              { name: 'dns-tcp', port: 53, protocol: 'TCP' },
              { name: 'dns', port: 53, protocol: 'UDP' },
            ],
          },
        ],
      },
    ],
  ],
]

type Seeded = {
  readonly metadata: { readonly name: string; readonly [field: string]: unknown }
} & Readonly<Record<string, unknown>>

/** What a fresh kind cluster holds before anybody has done anything; its node comes from the kubelet, its service accounts from their controller. */
export function seed(store: Store, _clock: Clock): void {
  for (const [kind, namespace, objects] of fresh)
    for (const object of objects)
      store.write({ kind, namespace, name: object.metadata.name }, () => object as unknown as Partial<Obj>)
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
