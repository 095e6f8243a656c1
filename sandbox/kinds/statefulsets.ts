import type { KindFile } from '../contracts.ts'
import type { StatefulSet } from '../kubernetes.ts'
import { equal } from '../schema/json.ts'
import { atLeast, type Found, forbiddenField, invalidValue, required } from './causes.ts'
import { containersOf, imagesOf } from './cells.ts'
import { defineKind } from './kind.ts'
import { plainLabel } from './metadata.ts'
import { dnsLabel, obeys } from './names.ts'
import { templateCauses } from './workloads.ts'

type Spec = NonNullable<StatefulSet['spec']>

export const statefulsets: KindFile = defineKind<StatefulSet>('statefulsets.apps', {
  name: plainLabel,
  cells: {
    Ready: ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
    Containers: ({ spec }) => containersOf(spec?.template ?? {}),
    Images: ({ spec }) => imagesOf(spec?.template ?? {}),
  },
  counted: ({ spec }) => spec,
  prepare: (next) => (next.spec === undefined ? next : { ...next, spec: withClaimKinds(next.spec) }),
  validate: ({ spec }, old) => [
    spec !== undefined && specCauses(spec),
    old?.spec !== undefined && spec !== undefined && changeCauses(spec, old.spec),
  ],
})

// A template says its kind and its phase, though it is no object yet.
function withClaimKinds(spec: Spec): Spec {
  if (
    spec.volumeClaimTemplates?.every(({ kind, status }) => kind !== undefined && status?.phase !== undefined) !== false
  )
    return spec
  const volumeClaimTemplates = spec.volumeClaimTemplates.map((claim) => ({
    ...claim,
    kind: 'PersistentVolumeClaim',
    apiVersion: 'v1',
    status: { phase: 'Pending', ...claim.status },
  }))
  return { ...spec, volumeClaimTemplates }
}

function specCauses(spec: Spec): Found {
  const { podManagementPolicy = '', volumeClaimTemplates = [] } = spec
  return [
    !['OrderedReady', 'Parallel'].includes(podManagementPolicy) &&
      invalidValue('spec.podManagementPolicy', podManagementPolicy, "must be 'OrderedReady' or 'Parallel'"),
    strategyCauses(spec),
    volumeClaimTemplates.map(({ metadata }, at) =>
      obeys(`spec.template.spec.volumes[${at}].name`, metadata?.name ?? '', dnsLabel),
    ),
    templateCauses('statefulset', spec),
  ]
}

function strategyCauses({ updateStrategy }: Spec): Found {
  const field = 'spec.updateStrategy'
  const { type = '', rollingUpdate } = updateStrategy ?? {}
  if (type === '') return required(field)
  const shown =
    rollingUpdate === undefined
      ? null
      : { Partition: rollingUpdate.partition ?? null, MaxUnavailable: rollingUpdate.maxUnavailable ?? null }
  if (type === 'OnDelete')
    return (
      rollingUpdate !== undefined &&
      invalidValue(`${field}.rollingUpdate`, shown, "only allowed for updateStrategy 'RollingUpdate'")
    )
  if (type !== 'RollingUpdate')
    return invalidValue(field, { Type: type, RollingUpdate: shown }, "must be 'RollingUpdate' or 'OnDelete'")
  return atLeast(`${field}.rollingUpdate.partition`, rollingUpdate?.partition, 0)
}

const mayChange =
  'replicas ordinals template updateStrategy revisionHistoryLimit persistentVolumeClaimRetentionPolicy minReadySeconds'.split(
    ' ',
  )

function changeCauses(next: Spec, old: Spec): Found {
  const fixed = (spec: Spec) => Object.fromEntries(Object.entries(spec).filter(([name]) => !mayChange.includes(name)))
  if (equal(fixed(next), fixed(old))) return false
  const named = mayChange.map((name) => `'${name}'`)
  return forbiddenField(
    'spec',
    `updates to statefulset spec for fields other than ${named.slice(0, -1).join(', ')} and ${named.at(-1) ?? ''} are forbidden`,
  )
}
