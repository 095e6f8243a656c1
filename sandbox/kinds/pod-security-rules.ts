import type { Pod } from '../kubernetes.ts'

type Spec = NonNullable<Pod['spec']>
type Container = Spec['containers'][number]

export type Level = 'baseline' | 'restricted'

const list = (words: readonly string[]) => words.map((word) => `"${word}"`).join(', ')
const containersSaid = (names: readonly string[]) => `container${names.length === 1 ? '' : 's'} ${list(names)}`
const namesOf = (containers: readonly Container[], is: (container: Container) => boolean) =>
  containers.filter(is).map(({ name }) => name)

/** What a level has against a Pod, in the words and the order of k8s.io/pod-security-admission/policy. */
export function violations(level: Level, spec: Spec): string[] {
  const containers = [...(spec.initContainers ?? []), ...spec.containers]
  const found = [
    ...(level === 'baseline' ? addedCapabilities(containers) : []),
    ...hostNamespaces(spec),
    ...(level === 'baseline' ? hostPaths(spec) : []),
    ...hostPorts(containers),
    ...privileged(containers),
    ...seLinux(spec),
    ...sysctls(spec),
    ...(level === 'baseline' ? unconfined(spec, containers) : []),
  ]
  if (level === 'baseline') return found
  return [
    ...found,
    ...escalation(containers),
    ...capabilities(containers),
    ...volumeTypes(spec),
    ...nonRoot(spec, containers),
    ...rootUser(spec, containers),
    ...seccomp(spec, containers),
  ]
}

function hostNamespaces({ hostNetwork, hostPID, hostIPC }: Spec): string[] {
  const said = [
    ...(hostNetwork === true ? ['hostNetwork=true'] : []),
    ...(hostPID === true ? ['hostPID=true'] : []),
    ...(hostIPC === true ? ['hostIPC=true'] : []),
  ]
  return said.length === 0 ? [] : [`host namespaces (${said.join(', ')})`]
}

function hostPaths({ volumes = [] }: Spec): string[] {
  const names = volumes.filter(({ hostPath }) => hostPath !== undefined).map(({ name }) => name)
  return names.length === 0 ? [] : [`hostPath volumes (volume${names.length === 1 ? '' : 's'} ${list(names)})`]
}

function hostPorts(containers: readonly Container[]): string[] {
  const ports = containers.flatMap(({ ports: given = [] }) =>
    given.flatMap(({ hostPort = 0 }) => (hostPort === 0 ? [] : [hostPort])),
  )
  const names = namesOf(containers, ({ ports: given = [] }) => given.some(({ hostPort = 0 }) => hostPort !== 0))
  if (names.length === 0) return []
  const used = [...new Set(ports)].toSorted((a, b) => a - b)
  return [
    `hostPort (${containersSaid(names)} use${names.length === 1 ? 's' : ''} hostPort${used.length === 1 ? '' : 's'} ${used.join(', ')})`,
  ]
}

function privileged(containers: readonly Container[]): string[] {
  const names = namesOf(containers, ({ securityContext }) => securityContext?.privileged === true)
  return names.length === 0
    ? []
    : [`privileged (${containersSaid(names)} must not set securityContext.privileged=true)`]
}

const seLinuxTypes = ['', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t']

function seLinux({ securityContext }: Spec): string[] {
  const { type = '', user, role } = securityContext?.seLinuxOptions ?? {}
  const wrong = [
    ...(seLinuxTypes.includes(type) ? [] : [`type "${type}"`]),
    ...(user === undefined ? [] : ['user may not be set']),
    ...(role === undefined ? [] : ['role may not be set']),
  ]
  return wrong.length === 0
    ? []
    : [`seLinuxOptions (pod set forbidden securityContext.seLinuxOptions: ${wrong.join('; ')})`]
}

const safeSysctls = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ping_group_range',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_syncookies',
]

function sysctls({ securityContext }: Spec): string[] {
  const names = (securityContext?.sysctls ?? []).map(({ name }) => name).filter((name) => !safeSysctls.includes(name))
  return names.length === 0 ? [] : [`forbidden sysctls (${names.join(', ')})`]
}

const usual =
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(
    ' ',
  )
const added = ({ securityContext }: Container) => securityContext?.capabilities?.add ?? []

function addedCapabilities(containers: readonly Container[]): string[] {
  const forbidden = (container: Container) => added(container).filter((name) => !usual.includes(name))
  const names = namesOf(containers, (container) => forbidden(container).length > 0)
  if (names.length === 0) return []
  const all = [...new Set(containers.flatMap(forbidden))].toSorted()
  return [
    `non-default capabilities (${containersSaid(names)} must not include ${list(all)} in securityContext.capabilities.add)`,
  ]
}

function escalation(containers: readonly Container[]): string[] {
  const names = namesOf(containers, ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false)
  return names.length === 0
    ? []
    : [
        `allowPrivilegeEscalation != false (${containersSaid(names)} must set securityContext.allowPrivilegeEscalation=false)`,
      ]
}

function capabilities(containers: readonly Container[]): string[] {
  const keeping = namesOf(
    containers,
    ({ securityContext }) => securityContext?.capabilities?.drop?.includes('ALL') !== true,
  )
  const forbidden = (container: Container) => added(container).filter((name) => name !== 'NET_BIND_SERVICE')
  const adding = namesOf(containers, (container) => forbidden(container).length > 0)
  const said = [
    ...(keeping.length === 0 ? [] : [`${containersSaid(keeping)} must set securityContext.capabilities.drop=["ALL"]`]),
    ...(adding.length === 0
      ? []
      : [
          `${containersSaid(adding)} must not include ${list([...new Set(containers.flatMap(forbidden))].toSorted())} in securityContext.capabilities.add`,
        ]),
  ]
  return said.length === 0 ? [] : [`unrestricted capabilities (${said.join('; ')})`]
}

const restrictedVolumes = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
]

function volumeTypes({ volumes = [] }: Spec): string[] {
  const bad = volumes.flatMap((volume) =>
    Object.keys(volume)
      .filter((type) => type !== 'name' && !restrictedVolumes.includes(type))
      .map((type) => [volume.name, type] as const),
  )
  if (bad.length === 0) return []
  const types = [...new Set(bad.map(([, type]) => type))].toSorted()
  const names = bad.map(([name]) => name)
  return [
    `restricted volume types (volume${names.length === 1 ? '' : 's'} ${list(names)} use${names.length === 1 ? 's' : ''} restricted volume type${types.length === 1 ? '' : 's'} ${list(types)})`,
  ]
}

function nonRoot({ securityContext }: Spec, containers: readonly Container[]): string[] {
  const said = (wanted: boolean | undefined) =>
    namesOf(containers, (container) => container.securityContext?.runAsNonRoot === wanted)
  const field = 'securityContext.runAsNonRoot'
  const bad = [
    ...(securityContext?.runAsNonRoot === false ? [`pod must not set ${field}=false`] : []),
    ...(said(false).length > 0 ? [`${containersSaid(said(false))} must not set ${field}=false`] : []),
  ]
  if (bad.length > 0) return [`runAsNonRoot != true (${bad.join(' and ')})`]
  const silent = said(undefined)
  if (securityContext?.runAsNonRoot === true || silent.length === 0) return []
  return [`runAsNonRoot != true (pod or ${containersSaid(silent)} must set ${field}=true)`]
}

function rootUser({ securityContext }: Spec, containers: readonly Container[]): string[] {
  const names = namesOf(containers, (container) => container.securityContext?.runAsUser === 0)
  const said = [
    ...(securityContext?.runAsUser === 0 ? ['pod must not set runAsUser=0'] : []),
    ...(names.length === 0 ? [] : [`${containersSaid(names)} must not set runAsUser=0`]),
  ]
  return said.length === 0 ? [] : [`runAsUser=0 (${said.join(' and ')})`]
}

const isProfile = (type: string | undefined) => type === 'RuntimeDefault' || type === 'Localhost'
const profileOf = (of: { readonly securityContext?: { readonly seccompProfile?: { readonly type: string } } }) =>
  of.securityContext?.seccompProfile?.type

function unconfined(spec: Spec, containers: readonly Container[]): string[] {
  const bad = (type: string | undefined) => type !== undefined && !isProfile(type)
  const names = namesOf(containers, (container) => bad(profileOf(container)))
  const must = 'must not set securityContext.seccompProfile.type to "Unconfined"'
  const said = [
    ...(bad(profileOf(spec)) ? [`pod ${must}`] : []),
    ...(names.length === 0 ? [] : [`${containersSaid(names)} ${must}`]),
  ]
  return said.length === 0 ? [] : [`seccompProfile (${said.join(' and ')})`]
}

function seccomp(spec: Spec, containers: readonly Container[]): string[] {
  const wrong = unconfined(spec, containers)
  if (wrong.length > 0) return wrong
  const silent = namesOf(containers, (container) => profileOf(container) === undefined)
  if (isProfile(profileOf(spec)) || silent.length === 0) return []
  return [
    `seccompProfile (pod or ${containersSaid(silent)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")`,
  ]
}
