import type { Cause } from '../refusal.ts'
import { between, invalidValue, oneOf } from './causes.ts'
import type { Container } from './container-validation.ts'
import type { PodSpec } from './pod-validation.ts'

const highestId = 2 ** 31 - 1

const idCauses = (field: string, id: number | undefined): Cause[] =>
  id === undefined ? [] : between(field, id, 0, highestId)

interface Profiled {
  readonly seccompProfile?: { readonly type: string }
}

const profileCauses = (field: string, { seccompProfile }: Profiled): Cause[] =>
  seccompProfile === undefined
    ? []
    : oneOf(`${field}.seccompProfile.type`, seccompProfile.type, ['Localhost', 'RuntimeDefault', 'Unconfined'])

export function podSecurityContextCauses(field: string, { securityContext = {} }: PodSpec): Cause[] {
  const { fsGroup, runAsUser, runAsGroup, supplementalGroups = [], fsGroupChangePolicy } = securityContext
  return [
    ...idCauses(`${field}.fsGroup`, fsGroup),
    ...idCauses(`${field}.runAsUser`, runAsUser),
    ...idCauses(`${field}.runAsGroup`, runAsGroup),
    ...supplementalGroups.flatMap((group, at) => idCauses(`${field}.supplementalGroups[${at}]`, group)),
    ...(fsGroupChangePolicy === undefined
      ? []
      : oneOf(`${field}.fsGroupChangePolicy`, fsGroupChangePolicy, ['Always', 'OnRootMismatch'])),
    ...profileCauses(field, securityContext),
  ]
}

export function containerSecurityCauses(field: string, context: Container['securityContext']): Cause[] {
  if (context === undefined) return []
  const { runAsUser, runAsGroup, procMount, allowPrivilegeEscalation, privileged, capabilities } = context
  return [
    ...idCauses(`${field}.runAsUser`, runAsUser),
    ...idCauses(`${field}.runAsGroup`, runAsGroup),
    ...(procMount === undefined ? [] : oneOf(`${field}.procMount`, procMount, ['Default', 'Unmasked'])),
    ...profileCauses(field, context),
    ...(allowPrivilegeEscalation === false && privileged === true
      ? [invalidValue(field, asGo(context), 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true')]
      : []),
    ...(allowPrivilegeEscalation === false && capabilities?.add?.includes('CAP_SYS_ADMIN') === true
      ? [
          invalidValue(
            field,
            asGo(context),
            'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN',
          ),
        ]
      : []),
  ]
}

// As the internal Go struct prints: every field, in its order.
const order = [
  'capabilities',
  'privileged',
  'sELinuxOptions',
  'windowsOptions',
  'runAsUser',
  'runAsGroup',
  'runAsNonRoot',
  'readOnlyRootFilesystem',
  'allowPrivilegeEscalation',
  'procMount',
  'seccompProfile',
  'appArmorProfile',
]

const asGo = (context: object) =>
  Object.fromEntries(
    order.map((name) => [
      `${name[0]?.toUpperCase() ?? ''}${name.slice(1)}`,
      (context as Readonly<Record<string, unknown>>)[name] ?? null,
    ]),
  )
