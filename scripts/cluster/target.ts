import { delimiter, join } from 'node:path'
import { choose } from './choose.ts'
import type { Connection } from './connection.ts'
import { kuberc, learnersFiles, privateFolder, removeFolder, writeWrapper } from './kubeconfig.ts'
import { findKubectl } from './kubectl.ts'
import { isSandbox } from './loopback.ts'
import type { Place } from './place.ts'
import { placesFor } from './place.ts'
import { Proxy } from './proxy.ts'
import { serverVersionOf, versionOf } from './versions.ts'

/** Where the run plays, as the learner is shown it. Holds no credential. */
export interface TargetShown {
  readonly context: string
  readonly server: string
  readonly user: string
  readonly serverVersion: string
  readonly kubectlVersion: string
  /** It is the tour's own sandbox: what is seen there says nothing about a cluster. */
  readonly sandbox: boolean
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
    const base = { ...clean, KUBERC: await kuberc(folder, env), PATH: [bin, env['PATH'] ?? ''].join(delimiter) }
    const wrapped = join(bin, 'kubectl')
    const [pin, kubectlVersion] = await Promise.all([
      choose(connection, files, kubectl, { ...base, KUBECONFIG: files.join(delimiter) }, env),
      versionOf(wrapped, base),
    ])
    const place = placesFor({ folder, kubectl: wrapped, files, pin, base })
    const first = await place(connection.namespace ?? 'default')
    const serverVersion = await serverVersionOf(wrapped, first.env, pin.context, mayAsk)
    const proxy = await Proxy.start(wrapped, folder, first.env)
    return {
      shown: {
        context: pin.context,
        server: pin.server,
        user: pin.user,
        serverVersion,
        kubectlVersion,
        sandbox: isSandbox({ server: pin.server, serverVersion }),
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
