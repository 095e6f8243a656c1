import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Output } from './cluster.ts'
import { temporary } from './temporary.ts'

export interface Rule {
  readonly apiGroups?: readonly string[]
  readonly resources?: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly nonResourceURLs?: readonly string[]
  readonly verbs: readonly string[]
}

export interface User {
  /** As the API server knows it: system:serviceaccount:… */
  readonly name: string
  readonly kubeconfig: string
  readonly remove: () => Promise<void>
}

interface Kubectl {
  readonly must: (...args: string[]) => Promise<string>
  readonly run: (args: readonly string[], input?: string) => Promise<Output>
}

interface View {
  readonly clusters: readonly { readonly cluster: object }[]
}

/** A user who may do this and nothing else: in the whole cluster, or in one namespace that exists. */
export async function userOf(
  { must, run }: Kubectl,
  name: string,
  rules: readonly Rule[],
  namespace?: string,
): Promise<User> {
  const home = `tour-test-user-${name}`
  const scope = namespace === undefined ? 'Cluster' : ''
  const metadata = { name: home, ...(namespace === undefined ? {} : { namespace }) }
  const rbac = 'rbac.authorization.k8s.io'
  const objects = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: home } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: home } },
    {
      apiVersion: `${rbac}/v1`,
      kind: `${scope}Role`,
      metadata,
      rules: rules.map((rule) => (rule.nonResourceURLs ? rule : { apiGroups: [''], ...rule })),
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: `${scope}RoleBinding`,
      metadata,
      roleRef: { apiGroup: rbac, kind: `${scope}Role`, name: home },
      subjects: [{ kind: 'ServiceAccount', name, namespace: home }],
    },
  ]
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })
  const applied = await run(['apply', '-f', '-'], list)
  if (applied.code !== 0) throw new Error(`could not make the user ${name}: ${applied.stderr}`)

  const token = (await must('create', 'token', name, '-n', home, '--duration', '2h')).trim()
  const view = JSON.parse(await must('config', 'view', '--raw', '--minify', '--flatten', '-o', 'json')) as View
  const kubeconfig = join(temporary(), 'kubeconfig')
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'tour', cluster: view.clusters[0]?.cluster }],
    users: [{ name, user: { token } }],
    contexts: [{ name: 'kind-tour', context: { cluster: 'tour', user: name, ...(namespace && { namespace }) } }],
    'current-context': 'kind-tour',
  }
  await writeFile(kubeconfig, JSON.stringify(config, null, 2), { mode: 0o600 })

  return {
    name: `system:serviceaccount:${home}:${name}`,
    kubeconfig,
    remove: async () => {
      const gone = await run(['delete', '--ignore-not-found', '--timeout=60s', '-f', '-'], list)
      if (gone.code !== 0) throw new Error(`could not remove the user ${name}: ${gone.stderr}`)
    },
  }
}
