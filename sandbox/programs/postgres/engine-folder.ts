import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { unpack } from './archive.ts'

const name = 'cluster-0.5.16.br'

/** Beside this file's source, also where it runs compiled. */
export const archiveFile = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? name : `../../../../sandbox/programs/postgres/${name}`, import.meta.url),
)

/** Has a new data folder filled, where it is new. Without the archive PGlite fills it by its own initdb. */
export function fill(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (!existsSync(join(folder, 'PG_VERSION')) && existsSync(archiveFile)) unpack(readFileSync(archiveFile), folder)
}
