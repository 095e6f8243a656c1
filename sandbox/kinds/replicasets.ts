import type { KindFile } from '../contracts.ts'
import type { ReplicaSet } from '../kubernetes.ts'
import { containersOf, imagesOf, selectorOf } from './cells.ts'
import { defineKind } from './kind.ts'
import { selectorChangeCauses, templateCauses } from './workloads.ts'

export const replicasets: KindFile = defineKind<ReplicaSet>('replicasets.apps', {
  cells: {
    Desired: ({ spec }) => spec?.replicas ?? 0,
    Current: ({ status }) => status?.replicas ?? 0,
    Ready: ({ status }) => status?.readyReplicas ?? 0,
    Containers: ({ spec }) => containersOf(spec?.template ?? {}),
    Images: ({ spec }) => imagesOf(spec?.template ?? {}),
    Selector: ({ spec }) => selectorOf(spec?.selector),
  },
  counted: ({ spec }) => spec,
  validate: ({ spec }, old) => [templateCauses('replica set', spec ?? {}), selectorChangeCauses(spec, old?.spec)],
})
