import type { CoreV1Event, V1Pod } from '@kubernetes/client-node'
import { claimsOf, containersOf } from './parts.ts'
import { eventsAbout, firstSeen, instant, type Scene } from './scene.ts'

export interface Durations {
  /** From the provisioner's beginning to its volume; from its own events on the claim, only where that was made for this Pod. */
  volume?: number
  /** What the kubelet says its pulls took, in sum: 0 where every image was there. */
  image?: number
  /** From the image's being there to the container's start, in sum over the containers; from the kubelet's events. */
  start?: number
}

/** How long a Pod's way to Running took, in seconds; what cannot be known is left out. */
export function durations(pod: V1Pod, scene: Scene): Durations {
  const volume = longest(scene, pod)
  const pulled = perContainer(pod, scene, 'Pulled')
  const started = perContainer(pod, scene, 'Started')
  const pulls = pulled.map((event) => event && pullTime(event.message ?? ''))
  const starts = started.map((event, index) => event && seconds(pulled[index], event))
  const [image, start] = [sum(pulls), sum(starts)]
  return {
    ...(volume !== undefined && { volume }),
    ...(image !== undefined && { image }),
    ...(start !== undefined && { start }),
  }
}

function perContainer(pod: V1Pod, scene: Scene, reason: string): readonly (CoreV1Event | undefined)[] {
  return containersOf(pod).map(({ name }) =>
    eventsAbout(scene, pod.metadata, reason).findLast(({ involvedObject }) =>
      involvedObject.fieldPath?.endsWith(`{${name}}`),
    ),
  )
}

// Claims are provisioned side by side: the slowest is what the Pod waited for.
function longest(scene: Scene, pod: V1Pod): number | undefined {
  const names = claimsOf(pod)
  const times = scene.claims.flatMap(({ metadata }) => {
    const [made] = eventsAbout(scene, metadata, 'ProvisioningSucceeded')
    const begun = eventsAbout(scene, metadata, 'Provisioning').at(-1)
    const forThis =
      names.includes(metadata?.name ?? '') && made && firstSeen(made) >= instant(pod.metadata?.creationTimestamp)
    return forThis ? (seconds(begun, made) ?? []) : []
  })
  return times.length === 0 ? undefined : Math.max(...times)
}

function seconds(from: CoreV1Event | undefined, to: CoreV1Event): number | undefined {
  if (from === undefined) return undefined
  const passed = milliseconds((firstSeen(to) - firstSeen(from)) / 1000)
  return passed >= 0 ? passed : undefined
}

function sum(parts: readonly (number | undefined)[]): number | undefined {
  const known = parts.filter((part) => part !== undefined)
  if (known.length === 0 || known.length < parts.length) return undefined
  return milliseconds(known.reduce((one, other) => one + other, 0))
}

const milliseconds = (time: number) => Math.round(time * 1000) / 1000

const units: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 1e-3, µs: 1e-6, us: 1e-6, ns: 1e-9 }

/** Seconds, from 'Successfully pulled image "x" in 1m2.5s (1m3s including waiting)'. */
function pullTime(message: string): number | undefined {
  if (message.includes('already present')) return 0
  const duration = / in ((?:[\d.]+(?:h|ms|m|s|µs|us|ns))+)/.exec(message)?.[1]
  if (duration === undefined) return undefined
  return [...duration.matchAll(/([\d.]+)(h|ms|m|s|µs|us|ns)/g)].reduce(
    (total, [, amount, unit = '']) => total + Number(amount) * (units[unit] ?? 0),
    0,
  )
}
