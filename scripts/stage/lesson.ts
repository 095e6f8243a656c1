import type { Stage } from './stage.ts'

export type Play = (stage: Stage) => Promise<void>

/** A lesson is a function of its stage. This is the identity, there for the types: what is told about a lesson stands in contents.ts. */
export const lesson = (play: Play): Play => play
