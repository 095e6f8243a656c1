import { readFile, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { ClusterEntry, Pin } from './kubeconfig.ts'
import { signature, throwAway } from './kubeconfig.ts'
import { runKubectl } from './kubectl.ts'
import { exit, Problem } from './problem.ts'

/** Where a lesson's kubectl plays: its environment, and the file that pins it. */
export interface Place {
  readonly namespace: string
  readonly kubeconfig: string
  readonly env: NodeJS.ProcessEnv
  /** Throws when somebody changed the throw-away file, or the cluster entry that it names. */
  readonly verifyUnchanged: () => Promise<void>
}

interface Pinning {
  readonly folder: string
  readonly kubectl: string
  /** The learner's kubeconfig files. */
  readonly files: readonly string[]
  readonly pin: Pin
  readonly base: NodeJS.ProcessEnv
}

/** Gives each namespace its place, made once; all of them are held to the cluster entry that the first one found. */
export function placesFor(pinning: Pinning): (namespace: string) => Promise<Place> {
  const places = new Map<string, Promise<Place>>()
  let atFirst: Promise<ClusterEntry | undefined> | undefined
  return (namespace) => {
    const known =
      places.get(namespace) ??
      pinned(pinning, namespace, (env) => {
        // Read beside what comes next; the first comparison waits for it.
        atFirst ??= entryOf(pinning.kubectl, env)
        return atFirst
      })
    places.set(namespace, known)
    return known
  }
}

async function pinned(
  { folder, kubectl, files, pin, base }: Pinning,
  namespace: string,
  entryAtFirst: (env: NodeJS.ProcessEnv) => Promise<ClusterEntry | undefined>,
): Promise<Place> {
  const kubeconfig = join(folder, `kubeconfig-${namespace}`)
  const text = throwAway(pin, namespace)
  await writeFile(kubeconfig, text, { mode: 0o400 })
  const env = { ...base, KUBECONFIG: [kubeconfig, ...files].join(delimiter) }
  const all = [kubeconfig, ...files]
  let seen = await signature(all)
  const atFirst = entryAtFirst(env)
  const verifyUnchanged = async () => {
    const now = await signature(all)
    if (now === seen) return
    const [bytes, before, after] = await Promise.all([
      readFile(kubeconfig, 'utf8').catch(() => ''),
      atFirst,
      entryOf(kubectl, env),
    ])
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

/** The cluster entry alone: its certificate authority is public, and no credential is in it. */
async function entryOf(kubectl: string, env: NodeJS.ProcessEnv): Promise<ClusterEntry | undefined> {
  const args = ['config', 'view', '--raw', '--minify', '-o', 'jsonpath={.clusters[0].cluster}']
  const printed = await runKubectl(kubectl, args, { env, limit: 15_000 })
  return printed.exitCode === 0 ? (JSON.parse(printed.stdout || '{}') as ClusterEntry) : undefined
}
