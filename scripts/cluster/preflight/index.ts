import type { LessonName } from '../../contents.ts'
import type { Api } from '../api.ts'
import type { Facts } from '../facts.ts'
import { hasNativeSidecars } from '../facts.ts'
import { refused } from '../problem.ts'
import type { Asked } from './asked.ts'
import { readAsked } from './asked.ts'
import { limitsFor } from './limits.ts'
import { namespaceFor } from './namespace.ts'
import type { Findings } from './obstacle.ts'
import { nothing, together } from './obstacle.ts'
import { quotaFor } from './quota.ts'
import { rightsFor } from './rights.ts'
import { storageFor } from './storage.ts'

export type { Findings, Obstacle } from './obstacle.ts'

/** What is to be played where. */
export interface Intent {
  readonly lesson: LessonName
  /** What the lesson's manifests make, controllers' Pods and claims included. */
  readonly made: readonly { readonly apiVersion: string; readonly kind: string }[]
  readonly namespace: string
  /** The namespace is to be the tour's own; else it is somebody's, and was named with -n. */
  readonly own: boolean
  /** The folder with the lesson's manifests, as they will be applied. */
  readonly folder: string
}

/** Looks, before anything is written, whether a lesson can be played and cleaned up here. Writes nothing. */
export async function preflight(api: Api, facts: Facts, { made, namespace, own, folder }: Intent): Promise<Findings> {
  const asked = await readAsked(folder)
  const className = facts.storageClass?.name ?? facts.askedClass
  const [place, ...found] = await Promise.all([
    own ? nothing : namespaceFor(api, namespace),
    rightsFor(api, asked, made, { namespace, own }),
    storageFor(api, facts, asked.claims, namespace),
    ...(own ? [] : [quotaFor(api, asked, namespace, className), limitsFor(api, asked, namespace)]),
  ])
  // Without its namespace, nothing else that was found means anything.
  if (place.obstacles.length > 0) return place
  return together([place, ...found, nodesFor(facts, asked)])
}

/** Throws for what stands in the way: the first obstacle is the sentence, the others follow it. */
export function verifyCanPlay({ obstacles: [first, ...more] }: Findings): void {
  if (first === undefined) return
  const ways = [first, ...more].map(({ wayOut }) => wayOut)
  throw refused(first.sentence, [...more.map(({ sentence }) => sentence), ...new Set(ways)].join('\n'))
}

function nodesFor(facts: Facts, { pods }: Asked): Findings {
  const hasHelper = pods.some(({ spec }) => (spec.initContainers ?? []).length > 0)
  if (!hasHelper) return nothing
  const notes = [
    ...(facts.maySee.nodes ? [] : ['nodes: not visible to you']),
    ...(hasNativeSidecars(facts) ? [] : ['native sidecars: not on this cluster, which is older than 1.29']),
  ]
  return { obstacles: [], notes }
}
