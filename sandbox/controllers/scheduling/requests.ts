import type { Pod } from '../../kubernetes.ts'
import { quantityNanos } from '../../schema/quantity.ts'

/** Resources by name, in thousand-millionths: exact, as cpu is counted in thousandths and memory in bytes. */
export type Resources = ReadonlyMap<string, bigint>

type Quantities = { readonly [resource: string]: string } | undefined

export const resourcesOf = (quantities: Quantities): Resources =>
  new Map(Object.entries(quantities ?? {}).map(([resource, quantity]) => [resource, quantityNanos(quantity)]))

function combined(a: Resources, b: Resources, how: (a: bigint, b: bigint) => bigint): Resources {
  const names = new Set([...a.keys(), ...b.keys()])
  return new Map([...names].map((name) => [name, how(a.get(name) ?? 0n, b.get(name) ?? 0n)]))
}

export const plus = (a: Resources, b: Resources): Resources => combined(a, b, (x, y) => x + y)
const larger = (a: Resources, b: Resources): Resources => combined(a, b, (x, y) => (x > y ? x : y))

/** What a Pod asks for: k8s.io/component-helpers/resource, PodRequests. Init containers run one after the other, sidecars stay. */
export function requestsOf(pod: Pod): Resources {
  let requests = known.get(pod)
  if (requests === undefined) known.set(pod, (requests = summed(pod)))
  return requests
}

const known = new WeakMap<Pod, Resources>()

function summed({ spec }: Pod): Resources {
  let running = (spec?.containers ?? [])
    .map(({ resources }) => resourcesOf(resources?.requests))
    .reduce(plus, new Map())
  let sidecars: Resources = new Map()
  let starting: Resources = new Map()
  for (const { resources, restartPolicy } of spec?.initContainers ?? []) {
    const requests = resourcesOf(resources?.requests)
    if (restartPolicy === 'Always') {
      running = plus(running, requests)
      sidecars = plus(sidecars, requests)
      starting = larger(starting, sidecars)
    } else starting = larger(starting, plus(requests, sidecars))
  }
  const needed = new Map([...larger(running, starting), ...resourcesOf(spec?.resources?.requests)])
  return plus(needed, resourcesOf(spec?.overhead))
}
