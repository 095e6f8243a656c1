import { constants } from 'node:fs'
import { access, readFile, writeFile } from 'node:fs/promises'
import { isDeepStrictEqual } from 'node:util'
import { join } from 'node:path'
import type { TargetShown } from '../stage/events.ts'
import type { Connection } from './connection.ts'
import { namesServer } from './connection.ts'
import type { ClusterEntry, ConfigView, Pin } from './kubeconfig.ts'
import { kuberc, learnersFiles, privateFolder, removeFolder, signature, throwAway, writeWrapper } from './kubeconfig.ts'
import type { Finished } from './kubectl.ts'
import { findKubectl, runKubectl } from './kubectl.ts'
import { Proxy } from './proxy.ts'
import { refused } from './problem.ts'

const serviceAccount = '/var/run/secrets/kubernetes.io/serviceaccount'

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

/** Decides on the context, its cluster and its user, as kubectl would for the same flags. */
async function choose(
  connection: Connection,
  files: readonly string[],
  kubectl: string,
  view: NodeJS.ProcessEnv,
  env: NodeJS.ProcessEnv,
): Promise<ChosenPin> {
  const printed = await runKubectl(kubectl, ['config', 'view', '-o', 'json'], { env: view, limit: 15_000 })
  if (printed.exitCode !== 0)
    throw refused(
      `kubectl cannot read its configuration: ${lastLine(printed)}.`,
      'mend the file, or name another with --kubeconfig',
    )
  const config = JSON.parse(printed.stdout) as ConfigView
  const contexts = config.contexts ?? []
  const clusters = config.clusters ?? []
  const anyFile = await Promise.any(files.map((file) => access(file, constants.R_OK))).then(
    () => true,
    () => false,
  )
  if (contexts.length === 0 && !anyFile && connection.context === undefined && connection.server === undefined) {
    const inside = await inCluster(env)
    if (inside !== undefined) return inside
  }
  const name = connection.context ?? config['current-context']
  const found = contexts.find((context) => context.name === name)
  if (name !== undefined && name !== '' && found === undefined) {
    throw refused(`There is no context ${JSON.stringify(name)} in ${files.join(', ')}.`, offer(contexts))
  }
  if (found === undefined && connection.server === undefined && connection.cluster === undefined) {
    throw refused(
      contexts.length > 0 ? 'No context is chosen.' : 'There is no cluster to play on: kubectl has no context.',
      offer(contexts),
    )
  }
  const cluster = connection.cluster ?? found?.context.cluster ?? ''
  const entry = clusters.find((each) => each.name === cluster)?.cluster
  if (entry === undefined && connection.server === undefined)
    throw refused(
      `There is no cluster ${JSON.stringify(cluster)} in ${files.join(', ')}.`,
      'look at kubectl config get-clusters',
    )
  const user = connection.user ?? found?.context.user ?? ''
  const context = found?.name ?? 'kubectl-tour'
  const server = connection.server ?? entry?.server ?? ''
  if (!namesServer(connection)) return { context, cluster, user, server }
  return {
    context,
    cluster: 'kubectl-tour',
    user,
    server,
    ownCluster: await ownEntry(connection, cluster, kubectl, view),
  }
}

type ChosenPin = Pin & { readonly server: string }

/** A cluster entry for `--server` and the TLS flags: the chosen one's, with what was asked for in its place. */
async function ownEntry(
  connection: Connection,
  cluster: string,
  kubectl: string,
  env: NodeJS.ProcessEnv,
): Promise<ClusterEntry> {
  const raw =
    cluster === ''
      ? undefined
      : await runKubectl(
          kubectl,
          ['config', 'view', '--raw', '--minify', `--cluster=${cluster}`, '-o', 'jsonpath={.clusters[0].cluster}'],
          { env, limit: 15_000 },
        )
  const base = raw?.exitCode === 0 && raw.stdout.trim() !== '' ? (JSON.parse(raw.stdout) as ClusterEntry) : {}
  const { 'certificate-authority': file, 'certificate-authority-data': data, ...rest } = base
  const insecure = connection.insecureSkipTlsVerify === true
  const authority = connection.certificateAuthority ?? file
  return {
    ...rest,
    ...(connection.server === undefined ? {} : { server: connection.server }),
    ...(insecure
      ? { 'insecure-skip-tls-verify': true }
      : authority !== undefined
        ? { 'certificate-authority': authority }
        : data !== undefined
          ? { 'certificate-authority-data': data }
          : {}),
    ...(connection.tlsServerName === undefined ? {} : { 'tls-server-name': connection.tlsServerName }),
  }
}

/** In a Pod without a kubeconfig: what kubectl itself would use there. */
async function inCluster(env: NodeJS.ProcessEnv): Promise<ChosenPin | undefined> {
  const host = env['KUBERNETES_SERVICE_HOST']
  const tokenFile = join(serviceAccount, 'token')
  if (
    host === undefined ||
    !(await access(tokenFile).then(
      () => true,
      () => false,
    ))
  )
    return undefined
  const server = `https://${host.includes(':') ? `[${host}]` : host}:${env['KUBERNETES_SERVICE_PORT'] ?? '443'}`
  const ownCluster = { server, 'certificate-authority': join(serviceAccount, 'ca.crt') }
  return { context: 'in-cluster', cluster: 'in-cluster', user: 'service-account', server, ownCluster, tokenFile }
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
      throw refused(
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

const lastLine = ({ stderr }: Finished) =>
  (stderr.trim().split('\n').at(-1) ?? '').replace(/^error: /i, '').replace(/\.$/, '')

const offer = (contexts: readonly { readonly name: string }[]) =>
  contexts.length === 0
    ? 'point KUBECONFIG or --kubeconfig at a cluster'
    : `choose one with --context: ${contexts
        .map(({ name }) => name)
        .slice(0, 8)
        .join(', ')}${contexts.length > 8 ? ', ...' : ''}`
