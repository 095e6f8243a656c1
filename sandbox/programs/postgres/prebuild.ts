// Makes the archive anew, by hand, after PGlite has changed: node --import tsx sandbox/programs/postgres/prebuild.ts
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { pack } from './archive.ts'
import { archiveFile } from './engine-folder.ts'

const folder = mkdtempSync(join(tmpdir(), 'initdb-'))
const database = await PGlite.create(folder)
// Nothing is left to do for the first start.
await database.exec('CHECKPOINT')
await database.close()
writeFileSync(archiveFile, pack(folder))
rmSync(folder, { recursive: true })
