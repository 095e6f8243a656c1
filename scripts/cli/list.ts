import { contents, lessonNames, rowsOf } from '../contents.ts'
import { exit } from '../cluster/problem.ts'
import type { World } from './world.ts'

/** `kubectl tour list`: what can be played. */
export function list({ json }: { readonly json: boolean }, { stdout }: World): number {
  const lessons = lessonNames.map((name) => {
    const { title, summary, minutes, aliases } = contents[name]
    return { name, title, summary, minutes, claims: rowsOf(name).length, aliases }
  })
  stdout.write(
    json
      ? `${JSON.stringify(lessons, null, 2)}\n`
      : lessons.map(inLines).join('') + '\nPlay one with kubectl tour SECTION, all with kubectl tour all.\n',
  )
  return exit.done
}

const inLines = ({
  name,
  title,
  summary,
  minutes,
  claims,
}: {
  name: string
  title: string
  summary: string
  minutes: number
  claims: number
}) => `${name.padEnd(12)}  ${title} (${claims} claims, about ${minutes} min)\n${' '.repeat(14)}${summary}\n`
