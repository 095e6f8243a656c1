import { setTimeout as sleep } from 'node:timers/promises'
import { isIPv6 } from 'node:net'
import type { V1Service } from '@kubernetes/client-node'
import type { ApiObject } from '../../cluster/api.ts'
import type { Setting } from '../setting.ts'
import type { Output, Printed } from '../shell.ts'
import { byteChecks } from './bytes.ts'
import type { Check } from './check.ts'
import { verdict } from './check.ts'

type Service = V1Service & ApiObject

/** Milliseconds during which names are asked for again: a new Pod's name takes a moment, and DNS servers remember old answers. */
const patience = 60_000

/** Names, addresses, and what is served there. */
export function networkChecks(setting: Setting) {
  const { api, journal, namespace, signal } = setting
  const { inContainer } = byteChecks(setting)
  const service = (name: string) => api.get<Service>({ apiVersion: 'v1', kind: 'Service', name, namespace })

  /** A Service without an address of its own. */
  const headless = (name: string): Check => ({
    what: `${name} has no address of its own`,
    look: async () => {
      const { spec } = await service(name)
      return verdict(
        spec?.clusterIP === 'None',
        `clusterIP of ${name} is None`,
        `clusterIP of ${name} is ${spec?.clusterIP}`,
        `kubectl get service ${name}`,
      )
    },
  })

  /** The domain of the lesson's Services, from the search line of a Pod's resolv.conf: the last part of it is not the same in every cluster. */
  const domain = async (resolvConf: Output): Promise<string> => {
    const own = ({ stdout }: Printed) =>
      /^search (.*)$/m
        .exec(stdout)?.[1]
        ?.split(' ')
        .find((each) => each.startsWith(`${namespace}.svc`))
    return own(resolvConf) ?? own(await resolvConf.again()) ?? `${namespace}.svc.cluster.local`
  }

  /**
   * Asked from `client`, the name of each Pod under a headless Service leads to that Pod's present addresses, of the Service's families and
   * no others, and its own page is served there. Asked again for a minute until it is so; then the last answer stands.
   */
  const namesLeadHome = (
    client: string,
    serviceName: string,
    inDomain: string,
    pages: Readonly<Record<string, string>>,
  ): Check => {
    let deadline: number | undefined
    const names = Object.keys(pages)
    const ask = async () => {
      const { spec } = await service(serviceName)
      const families = spec?.ipFamilies ?? ['IPv4']
      const port = spec?.ports?.[0]?.targetPort ?? spec?.ports?.[0]?.port
      const full = names.map((name) => `${name}.${serviceName}.${inDomain}`)
      const asked = await inContainer(client, undefined, 'sh', '-c', questions, String(port), ...full)
      const answers = answersIn(asked.stdout)
      const expected = names.map((name) => {
        const addresses = (journal.pod(name)?.status?.podIPs ?? []).map(({ ip }) => ip ?? '')
        return home(
          name,
          addresses.filter((ip) => families.includes(isIPv6(ip) ? 'IPv6' : 'IPv4')),
          pages[name] ?? '',
        )
      })
      const observed = names.map((name, index) => {
        const answer = (kind: string) => answers.get(`${kind} ${full[index]}`) ?? ''
        return home(name, [...addressesIn(answer('a')), ...addressesIn(answer('aaaa'))], answer('page').trim())
      })
      const holds = expected.join() === observed.join()
      return verdict(holds, expected.join(', '), observed.join(', '), `kubectl exec ${client} -- nslookup ${full[0]}`)
    }
    let last: ReturnType<typeof ask> | undefined
    return {
      what: `the names of ${names.join(', ')} lead to them`,
      look: async () => {
        if (last !== undefined && Date.now() >= (deadline ?? 0)) return last
        deadline ??= Date.now() + Math.min(patience, setting.timeout)
        for (;;) {
          last = ask()
          if ((await last).holds || Date.now() >= deadline) return last
          await sleep(500, undefined, { signal })
        }
      },
    }
  }

  return { headless, domain, namesLeadHome }
}

/** For each name: its A records, its AAAA records and the page at it, each under a heading. With a dot at its end a name is asked for as it stands. */
const questions = `
for name in "$@"; do
  printf '\\n::: a %s\\n' "$name"; nslookup -type=a "$name." 2>&1
  printf '\\n::: aaaa %s\\n' "$name"; nslookup -type=aaaa "$name." 2>&1
  printf '\\n::: page %s\\n' "$name"; wget -qO- -T 3 "http://$name:$0/" 2>&1
done`

/** What was answered, by heading. */
const answersIn = (stdout: string): ReadonlyMap<string, string> =>
  new Map(stdout.split(/^::: /m).map((part) => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n') + 1)]))

/** What nslookup says below a name that it found; the address above is the DNS server's. */
function addressesIn(answer: string): readonly string[] {
  const found = answer.slice(Math.max(0, answer.search(/^Name:/m)))
  return answer.search(/^Name:/m) === -1
    ? []
    : [...found.matchAll(/^Address(?: \d+)?:\s+(\S+)/gm)].map(([, ip]) => ip ?? '')
}

/** "web-0 10.244.0.9 aa", with every address in its one canonical form. */
const home = (name: string, addresses: readonly string[], page: string) =>
  `${name} ${addresses.map(canonical).toSorted().join(' ') || 'nowhere'} ${page || 'nothing'}`

const canonical = (ip: string) => (isIPv6(ip) ? new URL(`http://[${ip}]`).hostname.slice(1, -1) : ip)
