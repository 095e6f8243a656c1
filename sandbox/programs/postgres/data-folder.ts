import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import host from 'node:process'
import { hostPathOf } from '../../node/fs/disk.ts'
import { inodeAt } from '../../node/fs/host.ts'
import type { Process } from '../../node/process.ts'

/** Of data directories that are not on the node's disk: folders that end with the directory, or with the sandbox. */
const temporary = new WeakMap<object, string>()
const all = new Set<string>()
const remove = (folder: string) => {
  all.delete(folder)
  try {
    rmSync(folder, { recursive: true, force: true })
  } catch {
    // An engine that has just been ended still writes: the next sandbox takes it away.
  }
}
const forgotten = new FinalizationRegistry(remove)

/** The host's folder in which a container's data directory lies. */
export function folderFor(process: Process, data: string): string {
  const inode = inodeAt(process, data)
  const onDisk = hostPathOf(inode)
  if (onDisk !== undefined) return onDisk
  const known = temporary.get(inode)
  if (known !== undefined && existsSync(known)) return known
  // Named as the sandbox's own folder is: what a killed one leaves behind, the next one takes away.
  const folder = mkdtempSync(join(tmpdir(), `tour-sandbox-${host.pid}-postgres-`))
  if (all.size === 0) host.once('exit', () => all.forEach(remove))
  all.add(folder)
  temporary.set(inode, folder)
  forgotten.register(inode, folder)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return folder
}
