import type { LessonName } from '../../contents.ts'
import type { Identity } from './identity.ts'

/** A lesson's right to play in a namespace, written into the cluster before anything else is. */
export interface Hold {
  readonly lesson: LessonName
  readonly namespace: string
  /** The namespace is the tour's own and goes with the lesson; else it is somebody's, and only what is recorded goes. */
  readonly own: boolean
  readonly identity: Identity
  /** Writes down a claim that was seen, by its UID: a volume may outlive it. */
  readonly note: (claimUid: string) => void
  /** Stops the sign of life; the objects stay until they are cleaned. */
  readonly letGo: () => void
}

export const namespaceOf = (lesson: LessonName) => `tour-${lesson}`
