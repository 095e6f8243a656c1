import type { Ended, LessonEnded } from '../stage/events.ts'
import type { CleanOutcome } from '../cluster/clean/cleaning.ts'

/** "storage: 8 of 8 claims proven in 21 s. tour-storage is gone: 0 objects, 0 volumes left." */
export function summaryOf({ lesson, claims, proven, failed, told, notHere, seconds, cleaned }: LessonEnded): string {
  const others = [
    [failed, 'failed'],
    [told, 'told'],
    [notHere, 'not here'],
  ] as const
  const rest = others.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`)
  return `${lesson}: ${proven} of ${claims} claims proven${rest.length === 0 ? '' : `, ${rest.join(', ')}`} in ${Math.round(seconds)} s. ${cleanedUp(cleaned)}`
}

function cleanedUp(cleaned: CleanOutcome | null): string {
  if (cleaned === null) return 'Nothing was cleaned: kubectl tour clean does that.'
  if (cleaned.left.length > 0) return 'Something was left behind:'
  const volumes = cleaned.volumes === null ? 'volumes: not visible to you' : `${cleaned.volumes} volumes left`
  return cleaned.own
    ? `${cleaned.namespace} is gone: 0 objects, ${volumes}.`
    : `0 objects of the lesson in ${cleaned.namespace}, ${volumes}.`
}

/** What comes next, if anything does, and what a run in the sandbox is worth. */
export function ending({ next, exitCode }: Ended, inSandbox: boolean): readonly string[] {
  return [
    ...(next === null || exitCode !== 0 ? [] : [`Next: ${next}`]),
    ...(inSandbox ? ['This was the sandbox: nothing was learned about a cluster.'] : []),
  ]
}
