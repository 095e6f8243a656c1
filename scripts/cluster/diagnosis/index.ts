import { diagnoseClaim } from './claims.ts'
import { diagnoseControllers } from './controllers.ts'
import { diagnosePod } from './pods.ts'
import type { Finding, Options, Scene, Severity } from './scene.ts'

export { durations } from './durations.ts'
export { progress } from './progress.ts'
export type { Finding, Options, Scene } from './scene.ts'

const order: Readonly<Record<Severity, number>> = { final: 0, doubtful: 1, normal: 2 }

/**
 * What stands between the objects of a scene and being ready, the most serious first. The present state counts: of what is
 * over, and of former objects of the same name, nothing is said. Sources: objects' states and conditions, and events by UID.
 */
export function diagnose(scene: Scene, options: Options = {}): readonly Finding[] {
  const found = [
    ...diagnoseControllers(scene),
    ...scene.claims.flatMap((claim) => diagnoseClaim(claim, scene)),
    ...scene.pods.flatMap((pod) => diagnosePod(pod, scene, options)),
  ]
  const told = new Map(found.map((finding) => [`${finding.subject} ${finding.cause}`, finding]))
  return [...told.values()].toSorted((one, other) => order[one.severity] - order[other.severity])
}
