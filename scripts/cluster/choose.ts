import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import type { Connection } from './connection.ts'
import { namesServer } from './connection.ts'
import type { ClusterEntry, ConfigView, Pin } from './kubeconfig.ts'
import { lastLine, runKubectl } from './kubectl.ts'
import { nearest } from './nearest.ts'
import { refused } from './problem.ts'
import { quote } from './quote.ts'

const serviceAccount = '/var/run/secrets/kubernetes.io/serviceaccount'

/** Decides on the context, its cluster and its user, as kubectl would for the same flags. */
export async function choose(
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
  if (connection.kubeconfig !== undefined && !anyFile)
    throw refused(
      `The file ${connection.kubeconfig} cannot be read.`,
      'name another with --kubeconfig, or leave it out',
    )
  if (contexts.length === 0 && !anyFile && connection.context === undefined && connection.server === undefined) {
    const inside = await inCluster(env)
    if (inside !== undefined) return inside
  }
  const name = connection.context ?? config['current-context']
  const found = contexts.find((context) => context.name === name)
  if (name !== undefined && name !== '' && found === undefined) {
    throw refused(`There is no context ${JSON.stringify(name)} in ${files.join(', ')}.`, offer(contexts, name))
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
  const users = (config.users ?? []).map((each) => each.name)
  if (connection.user !== undefined && !users.includes(connection.user))
    throw refused(
      `There is no user ${JSON.stringify(connection.user)} in ${files.join(', ')}.`,
      'look at kubectl config get-users',
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

export type ChosenPin = Pin & { readonly server: string }

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

function offer(contexts: readonly { readonly name: string }[], asked = ''): string {
  const names = contexts.map(({ name }) => name)
  const close = nearest(asked, names)
  if (names.length === 0) return 'point KUBECONFIG or --kubeconfig at a cluster, or play in the sandbox with --sandbox'
  if (close !== undefined) return `did you mean --context ${quote(close)}?`
  return `choose one with --context: ${names.slice(0, 8).join(', ')}${names.length > 8 ? ', ...' : ''}`
}
