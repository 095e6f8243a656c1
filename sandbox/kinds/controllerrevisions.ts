import type { KindFile } from '../contracts.ts'
import type { ControllerRevision } from '../kubernetes.ts'
import { equal } from '../schema/json.ts'
import { immutable, required } from './causes.ts'
import { defineKind } from './kind.ts'

function controllerOf({ metadata }: ControllerRevision): string {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true)
  if (owner === undefined) return '<none>'
  const [group, version] = owner.apiVersion.split('/')
  return `${owner.kind.toLowerCase()}${version === undefined ? '' : `.${group ?? ''}`}/${owner.name}`
}

export const controllerrevisions: KindFile = defineKind<ControllerRevision>('controllerrevisions.apps', {
  cells: { Controller: controllerOf, Revision: ({ revision }) => revision },
  validate: (next, old) => [
    old === undefined && (next.data ?? null) === null && required('data', 'data is mandatory'),
    typeof next.data === 'string' && required('data', 'data must be a valid JSON object'),
    old !== undefined && !equal(next.data, old.data) && immutable('data', next.data),
  ],
})
