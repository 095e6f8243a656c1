import { spawn } from 'node:child_process'
import { copyFile, chmod, rm } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import type { Place } from '../cluster/place.ts'

/**
 * Opens the learner's own shell on the lesson's cluster and namespace, and resolves when they leave it. It gets a copy of the throw-away
 * kubeconfig: what they change in it (a context's namespace, say) stays in that shell.
 */
export async function openShell(place: Place, folder: string, env: NodeJS.ProcessEnv): Promise<void> {
  const own = join(folder, 'shell-kubeconfig')
  await copyFile(place.kubeconfig, own)
  await chmod(own, 0o600)
  const [, ...files] = (place.env['KUBECONFIG'] ?? '').split(delimiter)
  const shell = env['SHELL'] ?? '/bin/sh'
  try {
    await new Promise<void>((done) => {
      const child = spawn(shell, [], {
        stdio: 'inherit',
        env: { ...place.env, KUBECONFIG: [own, ...files].join(delimiter) },
      })
      child.on('close', () => done())
      child.on('error', () => done())
    })
  } finally {
    await rm(own, { force: true })
  }
}
