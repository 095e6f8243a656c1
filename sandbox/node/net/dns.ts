import type { NetworkTable } from '../../contracts.ts'
import type { Net } from '../process.ts'

type Answer = Awaited<ReturnType<Net['resolve']>>

const domain = 'cluster.local'
const ipv4 = /^\d{1,3}(?:\.\d{1,3}){3}$/

export const isAddress = (host: string): boolean => ipv4.test(host) || host.includes(':')

/** What the cluster's DNS answers. It asks nobody else: what is not of the cluster it cannot find out. */
export function answer(table: NetworkTable, asked: string, type: 'A' | 'AAAA' | 'SRV' | 'PTR'): Answer {
  const { names } = table
  const name = asked.toLowerCase().replace(/\.$/, '')
  if (type === 'PTR') return reverse(table, name)
  const found = Object.hasOwn(names, name) ? names[name] : undefined
  if (found !== undefined) {
    const isService = name.startsWith('_')
    return { code: 'NOERROR', answers: (type === 'SRV') === isService && type !== 'AAAA' ? found : [] }
  }
  if (name !== domain && !name.endsWith(`.${domain}`)) return { code: 'SERVFAIL', answers: [] }
  const isAbove = Object.keys(names).some((known) => known.endsWith(`.${name}`))
  return { code: isAbove ? 'NOERROR' : 'NXDOMAIN', answers: [] }
}

/** A Service's address leads to its name; a Pod's to its names below Services, and to no other. */
function reverse({ names, services }: NetworkTable, name: string): Answer {
  const ip = /^(?<reversed>[\d.]+)\.in-addr\.arpa$/.exec(name)?.groups?.['reversed']?.split('.').toReversed().join('.')
  if (ip === undefined) return { code: 'NXDOMAIN', answers: [] }
  const labels = services.some((service) => service.ip === ip) ? 5 : 6
  const answers = Object.keys(names).filter(
    (known) =>
      !known.startsWith('_') &&
      known.endsWith(`.svc.${domain}`) &&
      known.split('.').length === labels &&
      names[known]?.includes(ip) === true,
  )
  return answers.length === 0 ? { code: 'NXDOMAIN', answers } : { code: 'NOERROR', answers }
}

/** The names that the C library asks for, in turn: resolv.conf(5). */
export function searched(name: string, resolvConf: string): readonly string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)]
  const lines = resolvConf.split('\n').map((line) => line.trim().split(/\s+/))
  const search = lines.findLast(([word]) => word === 'search')?.slice(1) ?? []
  const options = lines.filter(([word]) => word === 'options').flat()
  const ndots = Number(options.findLast((option) => option.startsWith('ndots:'))?.slice('ndots:'.length) ?? 1)
  const longer = search.map((suffix) => `${name}.${suffix}`)
  return name.split('.').length - 1 >= ndots ? [name, ...longer] : [...longer, name]
}

/** /etc/hosts' addresses for a name. */
export function hosted(name: string, hosts: string): readonly string[] {
  return hosts
    .split('\n')
    .map((line) => (line.split('#')[0] ?? '').trim().split(/\s+/))
    .filter(([address = '', ...known]) => known.includes(name) && ipv4.test(address))
    .map(([address = '']) => address)
}
