import { readFile, writeFile } from 'node:fs/promises'
import { isDeepStrictEqual } from 'node:util'
import { join } from 'node:path'
import type { TargetShown } from '../stage/events.ts'
import type { ChosenPin } from './choose.ts'
import { choose, lastLine } from './choose.ts'
import type { Connection } from './connection.ts'
import type { ClusterEntry, Pin } from './kubeconfig.ts'
import { kuberc, learnersFiles, privateFolder, removeFolder, signature, throwAway, writeWrapper } from './kubeconfig.ts'
import type { Finished } from './kubectl.ts'
import { findKubectl, runKubectl } from './kubectl.ts'
import { Proxy } from './proxy.ts'
import { exit, Problem, refused } from './problem.ts'

/** Where a lesson's kubectl plays: its environment, and the file that pins it. */
export interface Place {
  readonly namespace: string
  readonly kubeconfig: string
  readonly env: NodeJS.ProcessEnv
  /** Throws when somebody changed the throw-away file, or the cluster entry that it names. */
  readonly verifyUnchanged: () => Promise<void>
}

/** The one cluster of this run. Settled once, before anything is written. */
export interface Target {
  readonly shown: TargetShown
  /** The namespace asked for with -n; without it each lesson has one of its own. */
  readonly namespace: string | undefined
  readonly folder: string
  readonly kubectl: string
  readonly proxy: Proxy
  readonly place: (namespace: string) => Promise<Place>
  readonly close: () => Promise<void>
}

/**
 * Settles the target: which kubectl, which context, and that it answers. The learner's files are read by kubectl alone and never written.
 * Throws a Problem with exit code 3.
 */
export async function settle(connection: Connection, env: NodeJS.ProcessEnv, mayAsk: boolean): Promise<Target> {
  const kubectl = await findKubectl(connection.kubectl, env)
  const files = learnersFiles(connection, env)
  const folder = await privateFolder()
  try {
    const bin = await writeWrapper(folder, kubectl, connection)
    const clean = Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('ZX_')))
    const base = { ...clean, KUBERC: await kuberc(folder, env), PATH: `${bin}:${env['PATH'] ?? ''}` }
    const wrapped = join(bin, 'kubectl')

    const pin = await choose(connection, files, kubectl, { ...base, KUBECONFIG: files.join(':') }, env)
    const places = new Map<string, Promise<Place>>()
    const place = (namespace: string) => {
      const known = places.get(namespace) ?? pinned(folder, wrapped, files, pin, namespace, base)
      places.set(namespace, known)
      return known
    }
    const first = await place(connection.namespace ?? 'default')
    const version = await runKubectl(wrapped, ['version', '-o', 'json'], {
      env: first.env,
      limit: mayAsk ? 120_000 : 15_000,
      mayAsk,
    })
    const versions = readVersions(version, pin)
    const proxy = await Proxy.start(wrapped, folder, first.env)
    return {
      shown: {
        context: pin.context,
        server: versions.server,
        user: pin.user,
        serverVersion: versions.serverVersion,
        kubectlVersion: versions.kubectlVersion,
      },
      namespace: connection.namespace,
      folder,
      kubectl,
      proxy,
      place,
      close: async () => {
        await proxy.close()
        await removeFolder(folder)
      },
    }
  } catch (error) {
    await removeFolder(folder)
    throw error
  }
}

async function pinned(
  folder: string,
  kubectl: string,
  files: readonly string[],
  pin: Pin,
  namespace: string,
  base: NodeJS.ProcessEnv,
): Promise<Place> {
  const kubeconfig = join(folder, `kubeconfig-${namespace}`)
  const text = throwAway(pin, namespace)
  await writeFile(kubeconfig, text, { mode: 0o400 })
  const env = { ...base, KUBECONFIG: [kubeconfig, ...files].join(':') }
  // Only the cluster entry is printed: its certificate authority is public, and no credential is in it.
  const entry = async () => {
    const printed = await runKubectl(
      kubectl,
      ['config', 'view', '--raw', '--minify', '-o', 'jsonpath={.clusters[0].cluster}'],
      { env, limit: 15_000 },
    )
    return printed.exitCode === 0 ? (JSON.parse(printed.stdout || '{}') as ClusterEntry) : undefined
  }
  const all = [kubeconfig, ...files]
  let seen = await signature(all)
  // Read beside what comes next; the first check waits for it.
  const atFirst = entry()
  const verifyUnchanged = async () => {
    const now = await signature(all)
    if (now === seen) return
    const [bytes, before, after] = await Promise.all([readFile(kubeconfig, 'utf8').catch(() => ''), atFirst, entry()])
    if (bytes !== text || !isDeepStrictEqual(before, after)) {
      throw new Problem(
        exit.failed,
        `The kubeconfig changed while the lesson played: context ${JSON.stringify(pin.context)} no longer leads to the same cluster.`,
        'no more kubectl is run; put the entry back, then kubectl tour clean',
      )
    }
    seen = now
  }
  return { namespace, kubeconfig, env, verifyUnchanged }
}

interface Versions {
  readonly server: string
  readonly serverVersion: string
  readonly kubectlVersion: string
}

function readVersions(printed: Finished, pin: ChosenPin): Versions {
  const versions = parsed(printed.stdout)
  const serverVersion = versions?.serverVersion?.gitVersion
  if (serverVersion === undefined) {
    const why = lastLine(printed)
    throw refused(
      `The cluster of context ${JSON.stringify(pin.context)} does not answer${why === '' ? '' : `: ${why}`}.`,
      'try kubectl version, or choose another with --context',
    )
  }
  return { server: pin.server, serverVersion, kubectlVersion: versions?.clientVersion?.gitVersion ?? 'unknown' }
}

function parsed(
  text: string,
): { clientVersion?: { gitVersion?: string }; serverVersion?: { gitVersion?: string } } | undefined {
  try {
    return JSON.parse(text) as object
  } catch {
    return undefined
  }
}
