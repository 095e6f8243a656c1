import type { LessonName } from '../contents.ts'
import type { Event } from '../stage/events.ts'

/**
 * Keeps the lessons' output apart where they play side by side, or one is cleaned while the next begins: a report gets each lesson whole,
 * in their order, and the first that is not yet finished as it happens.
 */
export function apart(lessons: readonly LessonName[], report: (event: Event) => void): (event: Event) => void {
  const held = new Map<LessonName, Event[]>(lessons.map((lesson) => [lesson, []]))
  const ended = new Set<LessonName>()
  const waiting = [...lessons]
  const release = () => {
    for (;;) {
      const [current] = waiting
      if (current === undefined) return
      for (const event of held.get(current)?.splice(0) ?? []) report(event)
      if (!ended.has(current)) return
      waiting.shift()
    }
  }
  return (event) => {
    // A lesson that has ended and says more is played again, by somebody who is there: nothing else plays beside it.
    if (!('lesson' in event) || !waiting.includes(event.lesson)) return report(event)
    held.get(event.lesson)?.push(event)
    if (event.type === 'lesson' && event.state === 'ended') ended.add(event.lesson)
    release()
  }
}
