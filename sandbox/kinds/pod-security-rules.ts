import type { Pod } from '../kubernetes.ts'

type Spec = NonNullable<Pod['spec']>
type Container = Spec['containers'][number]
type Containers = readonly Container[]

export type Level = 'baseline' | 'restricted'

const plural = (count: number) => (count === 1 ? '' : 's')
const list = (words: readonly string[]) => words.map((word) => `"${word}"`).join(', ')
const sorted = <T extends string | number>(values: readonly T[]) =>
  [...new Set(values)].toSorted((a, b) => (a < b ? -1 : 1))

/** `container "a" must ...`, of those that do; undefined where none does. */
function those(containers: Containers, do_: (container: Container) => boolean, must: string): string | undefined {
  const names = containers.filter(do_).map(({ name }) => name)
  return names.length === 0 ? undefined : `container${plural(names.length)} ${list(names)} ${must}`
}

function found(title: string, why: readonly (string | undefined | false)[], joint = ' and '): string[] {
  const said = why.filter((text) => typeof text === 'string')
  return said.length === 0 ? [] : [`${title} (${said.join(joint)})`]
}

/** What a level has against a Pod, in the words and the order of k8s.io/pod-security-admission/policy; SELinux and sysctls apart. */
export function violations(level: Level, spec: Spec): string[] {
  const containers = [...(spec.initContainers ?? []), ...spec.containers]
  const { hostNetwork, hostPID, hostIPC, volumes = [] } = spec
  const hostPaths = volumes.filter(({ hostPath }) => hostPath !== undefined).map(({ name }) => name)
  const isBaseline = level === 'baseline'
  return [
    ...(isBaseline ? found('non-default capabilities', [adding(containers, usual)]) : []),
    ...found(
      'host namespaces',
      [
        hostNetwork === true && 'hostNetwork=true',
        hostPID === true && 'hostPID=true',
        hostIPC === true && 'hostIPC=true',
      ],
      ', ',
    ),
    ...(isBaseline && hostPaths.length > 0
      ? [`hostPath volumes (volume${plural(hostPaths.length)} ${list(hostPaths)})`]
      : []),
    ...hostPorts(containers),
    ...found('privileged', [
      those(
        containers,
        ({ securityContext }) => securityContext?.privileged === true,
        'must not set securityContext.privileged=true',
      ),
    ]),
    ...(isBaseline ? found('seccompProfile', unconfined(spec, containers)) : restricted(spec, containers)),
  ]
}

function restricted(spec: Spec, containers: Containers): string[] {
  const { securityContext, volumes = [] } = spec
  const isRoot = ({ securityContext: own }: Container) => own?.runAsUser === 0
  return [
    ...found('allowPrivilegeEscalation != false', [
      those(
        containers,
        ({ securityContext: own }) => own?.allowPrivilegeEscalation !== false,
        'must set securityContext.allowPrivilegeEscalation=false',
      ),
    ]),
    ...found(
      'unrestricted capabilities',
      [
        those(
          containers,
          ({ securityContext: own }) => own?.capabilities?.drop?.includes('ALL') !== true,
          'must set securityContext.capabilities.drop=["ALL"]',
        ),
        adding(containers, ['NET_BIND_SERVICE']),
      ],
      '; ',
    ),
    ...volumeTypes(volumes),
    ...nonRoot(spec, containers),
    ...found('runAsUser=0', [
      securityContext?.runAsUser === 0 && 'pod must not set runAsUser=0',
      those(containers, isRoot, 'must not set runAsUser=0'),
    ]),
    ...seccomp(spec, containers),
  ]
}

function hostPorts(containers: Containers): string[] {
  const of = ({ ports = [] }: Container) => ports.flatMap(({ hostPort = 0 }) => (hostPort === 0 ? [] : [hostPort]))
  const used = sorted(containers.flatMap(of))
  const isOne = containers.filter((container) => of(container).length > 0).length === 1
  const what = `use${isOne ? 's' : ''} hostPort${plural(used.length)} ${used.join(', ')}`
  return found('hostPort', [those(containers, (container) => of(container).length > 0, what)])
}

const usual =
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(
    ' ',
  )

function adding(containers: Containers, allowed: readonly string[]): string | undefined {
  const of = ({ securityContext }: Container) =>
    (securityContext?.capabilities?.add ?? []).filter((name) => !allowed.includes(name))
  const must = `must not include ${list(sorted(containers.flatMap(of)))} in securityContext.capabilities.add`
  return those(containers, (container) => of(container).length > 0, must)
}

const mountable =
  'configMap csi downwardAPI emptyDir ephemeral image persistentVolumeClaim projected secret name'.split(' ')

function volumeTypes(volumes: NonNullable<Spec['volumes']>): string[] {
  const typeOf = (volume: object) => Object.keys(volume).find((type) => !mountable.includes(type))
  const bad = volumes.filter((volume) => typeOf(volume) !== undefined)
  const types = sorted(bad.map((volume) => typeOf(volume) ?? ''))
  if (bad.length === 0) return []
  const [names, many] = [list(bad.map(({ name }) => name)), plural(bad.length)]
  const use = bad.length === 1 ? 'uses' : 'use'
  return [
    `restricted volume types (volume${many} ${names} ${use} restricted volume type${plural(types.length)} ${list(types)})`,
  ]
}

function nonRoot({ securityContext }: Spec, containers: Containers): string[] {
  const field = 'securityContext.runAsNonRoot'
  const says = (wanted: boolean | undefined) => (container: Container) =>
    container.securityContext?.runAsNonRoot === wanted
  const wrong = found('runAsNonRoot != true', [
    securityContext?.runAsNonRoot === false && `pod must not set ${field}=false`,
    those(containers, says(false), `must not set ${field}=false`),
  ])
  const silent = those(containers, says(undefined), `must set ${field}=true`)
  if (wrong.length > 0 || securityContext?.runAsNonRoot === true || silent === undefined) return wrong
  return [`runAsNonRoot != true (pod or ${silent})`]
}

interface Profiled {
  readonly securityContext?: { readonly seccompProfile?: { readonly type: string } }
}

const profileOf = ({ securityContext }: Profiled) => securityContext?.seccompProfile?.type
const isUnconfined = (of: Profiled) => profileOf(of) === 'Unconfined'

function unconfined(spec: Spec, containers: Containers): (string | undefined | false)[] {
  const must = 'must not set securityContext.seccompProfile.type to "Unconfined"'
  return [isUnconfined(spec) && `pod ${must}`, those(containers, isUnconfined, must)]
}

function seccomp(spec: Spec, containers: Containers): string[] {
  const wrong = found('seccompProfile', unconfined(spec, containers))
  const must = 'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"'
  const silent = those(containers, (container) => profileOf(container) === undefined, must)
  if (wrong.length > 0 || profileOf(spec) !== undefined || silent === undefined) return wrong
  return [`seccompProfile (pod or ${silent})`]
}
