import type { V1LimitRange, V1LimitRangeItem, V1ResourceRequirements } from '@kubernetes/client-node'
import type { Api, ApiObject } from '../api.ts'
import { amountOf, quantityOf } from '../quantity.ts'
import type { Asked, AskedClaim, AskedPod } from './asked.ts'
import { runningContainers } from './asked.ts'
import type { Findings, Obstacle } from './obstacle.ts'
import { unlessForbidden } from '../refusal.ts'

type LimitRange = V1LimitRange & ApiObject

/** Whether the namespace's LimitRanges admit the sizes of the lesson's containers and claims. */
export async function limitsFor(api: Api, asked: Asked, namespace: string): Promise<Findings> {
  const ranges = await unlessForbidden(api.list<LimitRange>({ apiVersion: 'v1', kind: 'LimitRange' }, { namespace }))
  if (ranges === undefined) return { obstacles: [], notes: ['limit ranges: not visible to you'] }
  return { obstacles: outOfRange(ranges.items, asked), notes: [] }
}

/** One obstacle for each bound of a LimitRange that a manifest is beyond. */
export function outOfRange(ranges: readonly LimitRange[], asked: Asked): readonly Obstacle[] {
  return ranges.flatMap(({ metadata, spec }) =>
    (spec?.limits ?? []).flatMap((item) =>
      beyond(item, sizesOf(item.type, asked)).map((why): Obstacle => ({
        topic: 'limits',
        sentence: `LimitRange ${metadata.name} in ${metadata.namespace} ${why}.`,
        wayOut: "play in another namespace with -n NAME, or leave -n out for one of the tour's own",
      })),
    ),
  )
}

/** One container, Pod or claim, as far as a LimitRange measures it. */
interface Size {
  readonly of: string
  readonly requests: Readonly<Record<string, number>>
  readonly limits: Readonly<Record<string, number>>
}

function sizesOf(type: string, { pods, claims }: Asked): readonly Size[] {
  if (type === 'Container') return pods.flatMap(containerSizes)
  if (type === 'Pod') return pods.map(podSize)
  return type === 'PersistentVolumeClaim' ? claims.map(claimSize) : []
}

const containerSizes = ({ name, spec }: AskedPod): readonly Size[] =>
  runningContainers(spec).map((container) => sized(`container ${container.name} of ${name}`, container.resources))

function podSize(pod: AskedPod): Size {
  const containers = containerSizes(pod)
  const sum = (side: 'requests' | 'limits') =>
    Object.fromEntries(
      ['cpu', 'memory'].map((name) => [name, containers.reduce((total, each) => total + (each[side][name] ?? 0), 0)]),
    )
  return { of: `Pod ${pod.name}`, requests: sum('requests'), limits: sum('limits') }
}

const claimSize = ({ names, spec }: AskedClaim): Size => ({ ...sized(`claim ${names[0]}`, spec.resources), limits: {} })

const sized = (of: string, resources: V1ResourceRequirements | undefined): Size => ({
  of,
  requests: amounts(resources?.requests),
  limits: amounts(resources?.limits),
})

const amounts = (quantities: Readonly<Record<string, string>> | undefined) =>
  Object.fromEntries(Object.entries(quantities ?? {}).map(([name, quantity]) => [name, amountOf(quantity) ?? 0]))

/** The first size beyond each bound. As plugin/pkg/admission/limitranger has it, for resources that the manifests name. */
function beyond(
  { max = {}, min = {}, maxLimitRequestRatio = {} }: V1LimitRangeItem,
  sizes: readonly Size[],
): readonly string[] {
  const firsts = (
    bounds: Readonly<Record<string, string>>,
    why: (size: Size, resource: string, quantity: string) => string | undefined,
  ) =>
    Object.entries(bounds).flatMap(([resource, quantity]) => {
      const found = sizes.map((size) => why(size, resource, quantity)).find((each) => each !== undefined)
      return found === undefined ? [] : [found]
    })
  return [
    ...firsts(max, (size, resource, quantity) => {
      const most = Math.max(size.limits[resource] ?? 0, size.requests[resource] ?? 0)
      return most > (amountOf(quantity) ?? Infinity)
        ? `allows at most ${quantity} of ${resource}, and ${size.of} has ${quantityOf(resource, most)}`
        : undefined
    }),
    ...firsts(min, (size, resource, quantity) => {
      const least = size.requests[resource]
      return least !== undefined && least < (amountOf(quantity) ?? 0)
        ? `asks for at least ${quantity} of ${resource}, and ${size.of} has ${quantityOf(resource, least)}`
        : undefined
    }),
    ...firsts(maxLimitRequestRatio, (size, resource, quantity) => {
      const ratio = (size.limits[resource] ?? 0) / (size.requests[resource] ?? Infinity)
      return ratio > (amountOf(quantity) ?? Infinity)
        ? `allows a limit of ${quantity} times the request for ${resource}, and ${size.of} has ${Math.round(ratio * 10) / 10} times`
        : undefined
    }),
  ]
}
