// Makes the archive: the last step of `npm run build`.
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { pack } from './archive.ts'
import { archiveFile } from './engine-folder.ts'

const folder = mkdtempSync(join(tmpdir(), 'initdb-'))
const database = await PGlite.create(folder)
await database.exec('CHECKPOINT')
await database.close()
const made = `${archiveFile}.${process.pid}`
writeFileSync(made, pack(folder))
renameSync(made, archiveFile)
rmSync(folder, { recursive: true })
