import type { Event } from '../stage/events.ts'
import type { Out } from './screen.ts'

/** What a program has no use for: prose, and the invitation to press a key. */
const forPeople: ReadonlySet<Event['type']> = new Set(['say', 'manifest', 'pause'])

/** One JSON event a line, and nothing else: schema/events.json. */
export const jsonReport = (out: Out) => (event: Event) => {
  if (!forPeople.has(event.type)) out.write(`${JSON.stringify(event)}\n`)
}
