import type { Pod } from '../kubernetes.ts'
import { nodeAddress } from './node.ts'

/** At most 63 characters, as sethostname has it. */
export const hostnameOf = ({ metadata, spec }: Pod): string =>
  spec?.hostname || metadata.name.slice(0, 63).replace(/[-.]+$/, '')

const localhost = `# Kubernetes-managed hosts file.
127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::0\tip6-localnet
fe00::0\tip6-mcastprefix
fe00::1\tip6-allnodes
fe00::2\tip6-allrouters
`

/** /etc/hosts: pkg/kubelet/kubelet_pods.go, managedHostsFileContent. */
export function hostsFile(pod: Pod, ip: string): string {
  const { namespace } = pod.metadata
  const { subdomain, hostAliases = [] } = pod.spec ?? {}
  const hostname = hostnameOf(pod)
  const names = subdomain ? `${hostname}.${subdomain}.${namespace}.svc.cluster.local\t${hostname}` : hostname
  const aliases = hostAliases.map((alias) => `${alias.ip}\t${(alias.hostnames ?? []).join('\t')}\n`)
  const added = aliases.length === 0 ? '' : `\n# Entries added by HostAliases.\n${aliases.join('')}`
  return `${localhost}${ip}\t${names}\n${added}`
}

/** /etc/resolv.conf: pkg/kubelet/network/dns/dns.go. */
export function resolvConf(pod: Pod): string {
  const { dnsPolicy = 'ClusterFirst', dnsConfig, hostNetwork } = pod.spec ?? {}
  const cluster = dnsPolicy === 'ClusterFirstWithHostNet' || (dnsPolicy === 'ClusterFirst' && hostNetwork !== true)
  const domain = 'cluster.local'
  const base = cluster
    ? {
        searches: [`${pod.metadata.namespace}.svc.${domain}`, `svc.${domain}`, domain],
        nameservers: ['10.96.0.10'],
        options: ['ndots:5'],
      }
    : { searches: [], nameservers: dnsPolicy === 'None' ? [] : [nodeAddress], options: [] }

  const unique = (items: readonly string[]) => [...new Set(items)]
  const given = (dnsConfig?.options ?? []).map(({ name, value }) => (value ? `${name}:${value}` : (name ?? '')))
  const named = new Set(given.map((option) => option.split(':')[0]))
  const searches = unique([...base.searches, ...(dnsConfig?.searches ?? [])])
  const options = [...base.options.filter((option) => !named.has(option.split(':')[0])), ...given]
  return [
    ...(searches.length === 0 ? [] : [`search ${searches.join(' ')}`]),
    ...unique([...base.nameservers, ...(dnsConfig?.nameservers ?? [])]).map((each) => `nameserver ${each}`),
    ...(options.length === 0 ? [] : [`options ${options.join(' ')}`]),
    '',
  ].join('\n')
}
