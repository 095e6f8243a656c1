import type { V1PriorityClass } from '@kubernetes/client-node'
import type { KindFile } from '../contracts.ts'
import type { Obj, Wire } from '../kubernetes.ts'
import { forbiddenField, immutable } from './causes.ts'
import { defineKind } from './kind.ts'

export type PriorityClass = Omit<Wire<V1PriorityClass>, 'metadata' | 'apiVersion' | 'kind'> & Obj

const highest = 1_000_000_000

export const priorityclasses: KindFile = defineKind<PriorityClass>('priorityclasses.scheduling.k8s.io', {
  cells: {
    Value: ({ value }) => value,
    'Global-Default': ({ globalDefault = false }) => globalDefault,
    PreemptionPolicy: ({ preemptionPolicy = '' }) => preemptionPolicy,
  },
  counted: ({ value, preemptionPolicy }) => [value, preemptionPolicy],
  validate: ({ metadata: { name }, value, preemptionPolicy }, old) => [
    name.startsWith('system-') &&
      !['system-cluster-critical', 'system-node-critical'].includes(name) &&
      forbiddenField('metadata.name', "priority class names with 'system-' prefix are reserved for system use only"),
    !name.startsWith('system-') &&
      value > highest &&
      forbiddenField('value', `maximum allowed value of a user defined priority is ${highest}`),
    old !== undefined && old.preemptionPolicy !== preemptionPolicy && immutable('preemptionPolicy', preemptionPolicy),
    old !== undefined && old.value !== value && forbiddenField('value', 'may not be changed in an update.'),
  ],
})
