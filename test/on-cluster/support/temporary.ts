import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

let folder: string | undefined

/** A folder that goes with this process. The same for the same name; without one, a new one. */
export function temporary(name?: string): string {
  if (!folder) {
    const created = mkdtempSync(join(tmpdir(), 'tour-test-'))
    folder = created
    process.on('exit', () => rmSync(created, { recursive: true, force: true }))
  }
  if (name === undefined) return mkdtempSync(join(folder, 'x'))
  return mkdirSync(join(folder, name), { recursive: true }) ?? join(folder, name)
}

/** Where programs are found: kubectl, where the machine has none, is the cluster's own. */
export const searchPath = () =>
  `${process.env['PATH']}:${process.env['TOUR_TEST_CLUSTER_DIR'] || '/var/tmp/tour-cluster'}/bin`
