import type { KindFile } from '../contracts.ts'
import type { EndpointSlice } from '../kubernetes.ts'
import { immutable } from './causes.ts'
import { firstOf } from './endpoints.ts'
import { defineKind } from './kind.ts'

export const endpointslices: KindFile = defineKind<EndpointSlice>('endpointslices.discovery.k8s.io', {
  cells: {
    AddressType: ({ addressType }) => addressType,
    Ports: ({ ports }) =>
      firstOf(
        (ports ?? []).map(({ port }) => String(port ?? '*')),
        '<unset>',
      ),
    Endpoints: ({ endpoints }) =>
      firstOf(
        (endpoints ?? []).flatMap(({ addresses }) => addresses),
        '<unset>',
      ),
  },
  counted: ({ endpoints, ports }) => [endpoints, ports],
  validate: ({ addressType }, old) =>
    old !== undefined && old.addressType !== addressType && immutable('addressType', addressType),
})
