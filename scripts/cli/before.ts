import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { misused } from '../cluster/problem.ts'
import { rehearse } from '../stage/rehearsal.ts'
import { isFrom } from '../stage/run.ts'
import type { Play } from './command.ts'
import { load } from '../stage/load.ts'

/** What is asked for can be done at all: looked at before a cluster is. Throws a Problem. */
export async function verifyFeasible({ from, sections, junit }: Play): Promise<void> {
  const [lesson] = sections
  if (from !== undefined && lesson !== undefined) {
    const play = await load(lesson)
    const titles = (await rehearse(lesson, play)).flatMap((line) => (line.type === 'step' ? [line.title] : []))
    if (!titles.some((title, index) => isFrom(from, index + 1, title)))
      throw misused(
        `${lesson} has no step ${JSON.stringify(from)}.`,
        titles.map((title, index) => `${index + 1}  ${title}`).join('\n'),
      )
  }
  if (junit !== undefined) await verifyWritable(junit)
}

async function verifyWritable(file: string): Promise<void> {
  const standing = await stat(file).catch(() => undefined)
  const place = standing === undefined ? dirname(resolve(file)) : file
  try {
    if (standing?.isDirectory() === true) throw new Error('it is a folder')
    await access(place, constants.W_OK)
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^(E\w+: )?([^,]*).*$/, '$2') : String(error)
    throw misused(`--junit ${file} cannot be written: ${why}.`, 'name a file in a folder that is there and yours')
  }
}
