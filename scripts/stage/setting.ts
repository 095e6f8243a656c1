import type { ApiObject } from '../cluster/api.ts'
import type { Journal } from '../cluster/journal.ts'
import type { LessonName } from '../contents.ts'
import type { Run } from './run.ts'
import type { WriteCommand } from './shell.ts'

/** Everything that a lesson is played with. Its verbs (stage.ts) are functions of this. */
export interface Setting extends Run {
  readonly lesson: LessonName
  readonly namespace: string
  /** The namespace is the tour's own; else the lesson plays next to other people's objects. */
  readonly own: boolean
  /** The lesson's private copy of its manifests: the working directory of its commands. */
  readonly folder: string
  readonly write: WriteCommand
  /** The environment of every kubectl that plays in this lesson. */
  readonly env: NodeJS.ProcessEnv
  readonly journal: Journal
  /** The names of what the lesson makes: with -n it plays next to other people's objects. */
  readonly made: ReadonlySet<string>
}

/** Whether an object of the lesson's namespace is one of the lesson's: under a name of its own, or made by one of its controllers. */
export const isOurs = ({ own, made }: Setting, { metadata }: ApiObject) =>
  own ||
  made.has(metadata.name ?? '') ||
  metadata.ownerReferences?.some(({ name }) => isNamedAfter(made, name)) === true

/** postgres-5d9c7 after postgres: how controllers name what they make. */
export const isNamedAfter = (made: ReadonlySet<string>, name: string) =>
  [...made].some((each) => name === each || name.startsWith(`${each}-`))
