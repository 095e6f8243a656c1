import { createHash } from 'node:crypto'
import type { Lookup } from '../contracts.ts'
import type { Pod } from '../kubernetes.ts'
import { forbidden } from '../refusal.ts'
import type { PriorityClass } from './priorityclasses.ts'

type Spec = NonNullable<Pod['spec']>
type Toleration = NonNullable<Spec['tolerations']>[number]

const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount'

/** What admission adds to a new Pod, in its order: priority, service account, tolerations. k8s.io/kubernetes/plugin/pkg/admission. */
export function admitted(pod: Pod, lookup: Lookup): Spec {
  const spec: Spec = { ...(pod.spec ?? { containers: [] }) }
  return withTolerations(withAccount(pod, withPriority(pod, spec, lookup), lookup))
}

function withPriority({ metadata }: Pod, spec: Spec, lookup: Lookup): Spec {
  const about = { resource: 'pods', name: metadata.name }
  const classes = lookup.list<PriorityClass>('priorityclasses.scheduling.k8s.io').items
  const { priorityClassName: wanted = '' } = spec
  const found =
    wanted === ''
      ? classes.find(({ globalDefault }) => globalDefault === true)
      : classes.find((one) => one.metadata.name === wanted)
  if (wanted !== '' && found === undefined) throw forbidden(about, `no PriorityClass with name ${wanted} was found`)
  const priority = found?.value ?? 0
  if (spec.priority !== undefined && spec.priority !== priority)
    throw forbidden(
      about,
      `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${priority} from the given PriorityClass name`,
    )
  const preemptionPolicy = found?.preemptionPolicy ?? 'PreemptLowerPriority'
  if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== preemptionPolicy)
    throw forbidden(
      about,
      `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${preemptionPolicy} from the given PriorityClass name`,
    )
  return {
    ...spec,
    ...(found !== undefined && { priorityClassName: found.metadata.name }),
    priority,
    preemptionPolicy,
  }
}

function withAccount({ metadata }: Pod, spec: Spec, lookup: Lookup): Spec {
  const { namespace = '', name } = metadata
  const account = spec.serviceAccountName || 'default'
  const found = lookup.get<
    Pod & { readonly automountServiceAccountToken?: boolean; readonly imagePullSecrets?: Spec['imagePullSecrets'] }
  >({
    kind: 'serviceaccounts',
    namespace,
    name: account,
  })
  if (found === undefined)
    throw forbidden(
      { resource: 'pods', name },
      `error looking up service account ${namespace}/${account}: serviceaccount "${account}" not found`,
    )
  const named: Spec = {
    ...spec,
    serviceAccountName: account,
    serviceAccount: account,
    ...(spec.imagePullSecrets === undefined &&
      found.imagePullSecrets !== undefined && { imagePullSecrets: found.imagePullSecrets }),
  }
  const mounts = spec.automountServiceAccountToken ?? found.automountServiceAccountToken ?? true
  return mounts ? withToken(named, metadata.uid) : named
}

type Containers = Spec['containers']

function withToken(spec: Spec, uid: string): Spec {
  const present = (spec.volumes ?? []).find(({ name }) => name.startsWith('kube-api-access-'))
  const volume = present?.name ?? `kube-api-access-${suffix(uid)}`
  const mounted = (containers: Containers): Containers =>
    containers.map((container) => {
      const mounts = container.volumeMounts ?? []
      if (mounts.some(({ mountPath }) => mountPath === tokenPath)) return container
      return { ...container, volumeMounts: [...mounts, { name: volume, mountPath: tokenPath, readOnly: true }] }
    })
  return {
    ...spec,
    containers: mounted(spec.containers),
    ...(spec.initContainers !== undefined && { initContainers: mounted(spec.initContainers) }),
    volumes: present === undefined ? [...(spec.volumes ?? []), tokenVolume(volume)] : (spec.volumes ?? []),
  }
}

// Five letters as a generated name ends in, from the Pod's UID: the same for whoever asks twice.
const letters = 'bcdfghjklmnpqrstvwxz2456789'
const suffix = (uid: string): string =>
  [...createHash('sha256').update(uid).digest().subarray(0, 5)]
    .map((byte) => letters[byte % letters.length] ?? 'b')
    .join('')

const tokenVolume = (name: string) => ({
  name,
  projected: {
    defaultMode: 420,
    sources: [
      { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      {
        downwardAPI: {
          items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
        },
      },
    ],
  },
})

// A Pod outlives its node's silence by five minutes.
export function withTolerations(spec: Spec): Spec {
  const tolerations = spec.tolerations ?? []
  const tolerates = (key: string) =>
    tolerations.some(
      (one) => (one.key === key || (one.key ?? '') === '') && (one.effect === 'NoExecute' || (one.effect ?? '') === ''),
    )
  const added = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']
    .filter((key) => !tolerates(key))
    .map((key): Toleration => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }))
  return added.length === 0 ? spec : { ...spec, tolerations: [...tolerations, ...added] }
}
