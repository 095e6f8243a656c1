import type { Node, Pod } from '../../kubernetes.ts'
import { fitsSelectors, podAffinityProblem } from './affinity.ts'
import type { Occupants } from './occupants.ts'
import { requestsOf, resourcesOf } from './requests.ts'
import { cordon, tolerates } from './taints.ts'

/** Why a Pod does not fit on a node, in the scheduler's words. `final`: it would not, either, if other Pods made room. */
export interface Misfit {
  readonly reasons: readonly string[]
  readonly final: boolean
}

export type Filter = (pod: Pod, node: Node, occupants: Occupants) => Misfit | undefined

const final = (...reasons: string[]): Misfit => ({ reasons, final: true })

const unschedulable: Filter = (pod, node) =>
  node.spec?.unschedulable === true && !tolerates(pod, cordon) ? final('node(s) were unschedulable') : undefined

// Which one, 1.34 no longer says.
const tainted: Filter = (pod, node) =>
  node.spec?.taints?.some((taint) => taint.effect !== 'PreferNoSchedule' && !tolerates(pod, taint)) === true
    ? final('node(s) had untolerated taint(s)')
    : undefined

const selected: Filter = (pod, node) =>
  fitsSelectors(pod, node) ? undefined : final("node(s) didn't match Pod's node affinity/selector")

const portsOf = ({ spec }: Pod): readonly string[] =>
  [
    ...(spec?.containers ?? []),
    ...(spec?.initContainers ?? []).filter((each) => each.restartPolicy === 'Always'),
  ].flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort, protocol = 'TCP' }) => (hostPort ? [`${hostPort}/${protocol}`] : [])),
  )

const ports: Filter = (pod, _node, { pods }) => {
  const wanted = portsOf(pod)
  if (wanted.length === 0) return undefined
  const taken = new Set(pods.flatMap(portsOf))
  return wanted.some((port) => taken.has(port))
    ? { reasons: ["node(s) didn't have free ports for the requested pod ports"], final: false }
    : undefined
}

const resources: Filter = (pod, node, { pods, used }) => {
  const allocatable = resourcesOf(node.status?.allocatable)
  const room = (name: string) => allocatable.get(name) ?? 0n
  const asked = requestsOf(pod)
  const short = [...asked].filter(([name, amount]) => amount > 0n && amount > room(name) - (used.get(name) ?? 0n))
  const order = ['cpu', 'memory', 'ephemeral-storage']
  const rank = (name: string) => (order.indexOf(name) + order.length + 1) % (order.length + 1)
  const crowded = BigInt(pods.length + 1) * 1_000_000_000n > room('pods') ? ['Too many pods'] : []
  const names = short.map(([name]) => name).toSorted((a, b) => rank(a) - rank(b))
  if (crowded.length + short.length === 0) return undefined
  return {
    reasons: [...crowded, ...names.map((name) => `Insufficient ${name}`)],
    final: short.some(([name, amount]) => amount > room(name)),
  }
}

const affinity: Filter = (pod, node, { pods }) => {
  const problem = podAffinityProblem(pod, node, pods)
  return problem === undefined ? undefined : { reasons: [problem], final: problem.endsWith('pod affinity rules') }
}

/** Before and after the volumes are looked at, in the order of the default profile. */
export const filters: readonly Filter[] = [unschedulable, tainted, selected, ports, resources]
export const lastFilters: readonly Filter[] = [affinity]
