import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exit } from '../cluster/problem.ts'
import { contents } from '../contents.ts'
import { copyManifests } from '../stage/manifests.ts'
import type { Line } from '../stage/rehearsal.ts'
import { rehearse } from '../stage/rehearsal.ts'
import { rewriteManifests } from '../stage/rewrite.ts'
import type { Play } from './command.ts'
import type { World } from './world.ts'
import { load } from '../stage/load.ts'

/** `--dry-run`: every command and manifest of the lessons, in their order. Needs no cluster and touches nothing. */
export async function dryRun(
  { sections, json, storageClass, registry, images }: Play,
  { stdout }: World,
): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'kubectl-tour-'))
  try {
    for (const lesson of sections) {
      const manifests = await copyManifests(lesson, folder)
      await rewriteManifests(manifests, { storageClass, registry, images, openshift: false })
      const play = await load(lesson)
      if (!json) stdout.write(`# ${contents[lesson].title}\n\n`)
      for (const line of await rehearse(lesson, play)) {
        const shown =
          line.type === 'manifest' ? { ...line, text: await readFile(join(manifests, line.file), 'utf8') } : line
        stdout.write(json ? `${JSON.stringify({ ...shown, lesson })}\n` : inText(shown))
      }
    }
    return exit.done
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** A script that a shell could read: what is not a command is a comment. */
function inText(line: Line): string {
  switch (line.type) {
    case 'step':
      return `\n# ${line.title}\n`
    case 'command':
      return `${line.command}\n`
    case 'manifest':
      return `# ${line.file}:\n${line.text.trimEnd().replaceAll(/^/gm, '#   ')}\n`
    case 'claim':
      return `# ${line.id}: ${line.claim}\n`
    case 'say':
    case 'pause':
      return ''
  }
}
