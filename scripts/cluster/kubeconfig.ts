import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { stringify } from 'yaml'
import type { Connection } from './connection.ts'
import { identityFlags } from './connection.ts'
import { refused } from './problem.ts'
import { quote } from './quote.ts'

/** What `kubectl config view` tells without credentials; certificates and tokens arrive as DATA+OMITTED. */
export interface ConfigView {
  readonly 'current-context'?: string
  readonly contexts?:
    | readonly {
        readonly name: string
        readonly context: { readonly cluster?: string; readonly user?: string; readonly namespace?: string }
      }[]
    | null
  readonly clusters?: readonly { readonly name: string; readonly cluster: ClusterEntry }[] | null
  readonly users?: readonly { readonly name: string }[] | null
}

/** The cluster entry of a kubeconfig: where the server is and how it is known to be the one. */
export interface ClusterEntry {
  readonly server?: string
  readonly 'certificate-authority'?: string
  readonly 'certificate-authority-data'?: string
  readonly 'insecure-skip-tls-verify'?: boolean
  readonly 'tls-server-name'?: string
  readonly 'proxy-url'?: string
  readonly 'disable-compression'?: boolean
}

/** The files that the learner's kubectl would read, absolute, in its order. */
export function learnersFiles(connection: Connection, env: NodeJS.ProcessEnv): readonly string[] {
  if (connection.kubeconfig !== undefined) return [resolve(connection.kubeconfig)]
  const parts = (env['KUBECONFIG'] ?? '').split(delimiter).filter((part) => part !== '')
  if (parts.length > 0) return [...new Set(parts.map((part) => resolve(part)))]
  return [join(env['HOME'] ?? homedir(), '.kube', 'config')]
}

/** Which entries the throw-away file points at. No credential is ever part of it. */
export interface Pin {
  readonly context: string
  readonly cluster: string
  readonly user: string
  /** A cluster entry of the tour's own, where flags ask for another server; or the in-cluster one. */
  readonly ownCluster?: ClusterEntry
  /** In a Pod: the file that holds the service account's token. */
  readonly tokenFile?: string
}

/** The text of the throw-away kubeconfig: one context under the learner's context's name, with the lesson's namespace. */
export function throwAway(pin: Pin, namespace: string): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': pin.context,
    contexts: [{ name: pin.context, context: { cluster: pin.cluster, user: pin.user, namespace } }],
    clusters: pin.ownCluster === undefined ? [] : [{ name: pin.cluster, cluster: pin.ownCluster }],
    users: pin.tokenFile === undefined ? [] : [{ name: pin.user, user: { tokenFile: pin.tokenFile } }],
  })
}

const folderName = 'kubectl-tour-'

/** A private folder for everything that this run writes on the machine; 0700, gone at the end. Those of runs that were killed go first. */
export async function privateFolder(): Promise<string> {
  const names = await readdir(tmpdir()).catch(noFolder)
  const dead = names.filter(
    (name) => name.startsWith(folderName) && !isRunning(Number(name.slice(folderName.length).split('-')[0])),
  )
  await Promise.all(dead.map((name) => removeFolder(join(tmpdir(), name)).catch(() => {})))
  return mkdtemp(join(tmpdir(), `${folderName}${process.pid}-`)).catch(noFolder)
}

const noFolder = (error: Error): never => {
  throw refused(
    `The tour has no folder to write in: ${error.message}.`,
    'point TMPDIR at a folder that you may write in',
  )
}

function isRunning(pid: number): boolean {
  try {
    return Number.isInteger(pid) && process.kill(pid, 0)
  } catch (error) {
    // EPERM: it runs, and is somebody else's.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

/** The `kubectl` that stands first on the children's PATH: the one that was chosen, under the identity that was asked for. */
export async function writeWrapper(folder: string, kubectl: string, connection: Connection): Promise<string> {
  const bin = join(folder, 'bin')
  await mkdir(bin, { mode: 0o700 })
  const words = [kubectl, ...identityFlags(connection)].map(quote).join(' ')
  const timeout = connection.requestTimeout === undefined ? '' : requestTimeout(words, connection.requestTimeout)
  await writeFile(join(bin, 'kubectl'), `#!/bin/sh\n${timeout}exec ${words} "$@"\n`, { mode: 0o500 })
  return bin
}

// A request time-out would also end what is meant to go on: the proxy that serves the whole run.
const requestTimeout = (words: string, timeout: string) =>
  `[ "$1" = proxy ] || exec ${words} ${quote(`--request-timeout=${timeout}`)} "$@"\n`

/**
 * A kuberc changes what commands mean (`delete --interactive`), so none is used, save for what it says about credential plugins:
 * that is the user's protection and is kept. Returns the value for KUBERC.
 */
export async function kuberc(folder: string, env: NodeJS.ProcessEnv): Promise<string> {
  const theirs = env['KUBERC'] ?? join(env['HOME'] ?? homedir(), '.kube', 'kuberc')
  if (theirs === 'off') return 'off'
  const text = await readFile(theirs, 'utf8').catch(() => '')
  if (!text.includes('credentialPlugin')) return 'off'
  const { parse } = await import('yaml')
  const preference = parse(text) as Record<string, unknown>
  const kept = Object.entries(preference).filter(
    ([key]) => ['apiVersion', 'kind'].includes(key) || key.startsWith('credentialPlugin'),
  )
  const file = join(folder, 'kuberc')
  await writeFile(file, stringify(Object.fromEntries(kept)), { mode: 0o400 })
  return file
}

/** Size, time and inode of each file: enough to see that somebody wrote to one. */
export async function signature(files: readonly string[]): Promise<string> {
  const parts = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ mtimeMs, size, ino }) => `${mtimeMs}/${size}/${ino}`,
        () => 'absent',
      ),
    ),
  )
  return parts.join(' ')
}

export const removeFolder = (folder: string) => rm(folder, { recursive: true, force: true })
