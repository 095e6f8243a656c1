import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import host from 'node:process'
import { fileURLToPath } from 'node:url'
import { unpack } from './archive.ts'

const beside = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** Made by `npm run build`; from source, by whoever needs it first. */
export const archiveFile = beside('cluster.br')

const prebuild = beside(import.meta.url.endsWith('.ts') ? 'prebuild.ts' : 'prebuild.js')

/** Has a new data folder filled. Where there is no archive and none can be made, PGlite fills it by its own initdb. */
export function fill(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (existsSync(join(folder, 'PG_VERSION'))) return
  if (!existsSync(archiveFile)) spawnSync(host.execPath, [...host.execArgv, prebuild], { stdio: 'ignore' })
  if (existsSync(archiveFile)) unpack(readFileSync(archiveFile), folder)
}
