import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { eventually, tests } from '../support/tests.ts'
import type { Cluster } from './support/cluster.ts'
import { cluster } from './support/cluster.ts'
import { cleaned, endedWith, lessonsEnded, played, playing, rows } from './support/played.ts'
import { temporary } from './support/temporary.ts'
import { tour } from './support/tour.ts'
import type { Rule } from './support/user.ts'

/** A kubeconfig as kubectl prints it, credentials and all. */
interface Config {
  apiVersion: string
  kind: string
  'current-context'?: string
  clusters: { name: string; cluster: Record<string, unknown> }[]
  users: { name: string; user: Record<string, unknown> }[]
  contexts: { name: string; context: { cluster: string; user: string; namespace?: string } }[]
}

const configOf = async ({ must }: Pick<Cluster, 'must'>) =>
  JSON.parse(await must('config', 'view', '--raw', '--flatten', '-o', 'json')) as Config

async function written(config: object, name = 'kubeconfig'): Promise<string> {
  const file = join(temporary(), name)
  await writeFile(file, JSON.stringify(config, null, 2), { mode: 0o600 })
  return file
}

/** All that a lesson needs, in any namespace; nodes are not among it. */
const player: readonly Rule[] = [
  { resources: ['namespaces', 'pods', 'configmaps', 'secrets', 'services', 'persistentvolumeclaims'], verbs: ['*'] },
  { resources: ['pods/exec', 'pods/log', 'events', 'persistentvolumes'], verbs: ['*'] },
  {
    apiGroups: ['apps'],
    resources: ['deployments', 'statefulsets', 'statefulsets/scale', 'replicasets'],
    verbs: ['*'],
  },
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['*'] },
  { apiGroups: ['storage.k8s.io'], resources: ['storageclasses'], verbs: ['get', 'list'] },
]

const hostileName = (mark: string) =>
  `it's "a" \\ $(touch ${mark}) \`touch ${mark}\`; touch ${mark} & | > ${mark} \${HOME} %s *`

/** What this user has in a kubeconfig that must never be seen again. */
const secretsOf = ({ users }: Config) =>
  users.flatMap(({ user }) =>
    ['token', 'client-key-data', 'client-certificate-data', 'password'].flatMap((key) =>
      typeof user[key] === 'string' ? [user[key]] : [],
    ),
  )

const foldersOf = async (pid: number) =>
  (await readdir(tmpdir()))
    .filter((name) => name.startsWith(`kubectl-tour-${pid}-`))
    .map((name) => join(tmpdir(), name))

tests(
  'what a user has set',
  (test) => {
    test('changes nothing: kuberc, several kubeconfigs, odd names, a namespace, ZX_*', async () => {
      const here = await cluster()
      const before = await here.listing()
      const mark = join(temporary(), 'executed')
      const name = hostileName(mark)
      const config = await configOf(here)
      const [{ cluster: place } = { cluster: {} }] = config.clusters
      const [{ user } = { user: {} }] = config.users
      const whole = { apiVersion: 'v1', kind: 'Config', clusters: [], users: [], contexts: [] }
      const folder = temporary()
      const files = [
        join(folder, 'no such file'),
        await written({ ...whole, clusters: [{ name: `${name} cluster`, cluster: place }] }),
        await written({
          ...whole,
          users: [{ name: `${name} user`, user }],
          contexts: [{ name, context: { cluster: `${name} cluster`, user: `${name} user`, namespace: 'default' } }],
          'current-context': name,
        }),
      ]
      const bytes = await Promise.all(files.slice(1).map((file) => readFile(file, 'utf8')))
      const home = temporary()
      await mkdir(join(home, '.kube'))
      await writeFile(
        join(home, '.kube/kuberc'),
        JSON.stringify({
          apiVersion: 'kubectl.config.k8s.io/v1beta1',
          kind: 'Preference',
          defaults: [
            { command: 'delete', options: [{ name: 'interactive', default: 'true' }] },
            { command: 'apply', options: [{ name: 'server-side', default: 'true' }] },
            { command: 'get', options: [{ name: 'output', default: 'wide' }] },
          ],
        }),
      )
      const bad = join(folder, 'not-a-shell')
      await writeFile(bad, `#!/bin/sh\ntouch ${mark}\n`)
      await chmod(bad, 0o755)
      const zx = {
        ZX_VERBOSE: 'true',
        ZX_SHELL: bad,
        ZX_PREFIX: `touch ${mark};`,
        ZX_POSTFIX: '; false',
        ZX_CWD: '/',
        ZX_TIMEOUT: '1ms',
      }
      const env = { HOME: home, KUBECONFIG: files.join(':'), ...zx }

      // This kubectl heeds a kuberc: else what follows proves nothing.
      const kubectl = join(here.dir, 'bin/kubectl')
      const child = playing(['secrets', '--kubectl', kubectl], here, { env })
      const result = await child.ended
      endedWith(result, 0)
      assert.equal(rows(result, 'failed'), [])
      assert.equal(result.strays, [])
      const [run] = result.events
      assert.is(run?.type === 'run' && run.target?.context, name)
      const applied = result.events.find(
        (event) => event.type === 'command' && event.state === 'ended' && event.command.startsWith('kubectl apply'),
      )
      assert.not.match(JSON.stringify(applied), 'serverside-applied')
      assert.not.ok(existsSync(mark), 'something in a name was executed')
      assert.equal(await Promise.all(files.slice(1).map((file) => readFile(file, 'utf8'))), bytes)
      assert.not.ok(existsSync(files[0] ?? ''), 'a missing kubeconfig was made')
      await here.unchanged(before)
    })

    test('to no context is refused, and offers what there is', async () => {
      const here = await cluster()
      const config = await configOf(here)
      delete config['current-context']
      const result = await played(['secrets'], { kubeconfig: await written(config) })
      endedWith(result, 3)
      assert.equal(result.stderr, 'No context is chosen.\n  choose one with --context: kind-tour\n')
      const none = await played(['secrets'], { kubeconfig: join(temporary(), 'none') })
      endedWith(none, 3)
      assert.match(none.stderr, 'kubectl has no context')
    })
  },
  { limit: 180_000 },
)

tests(
  'a credential',
  (test) => {
    test('of a plugin is used, and none is shown or kept', async ({ defer }) => {
      const here = await cluster()
      const admin = await here.user('plugin', player)
      defer(admin.remove)
      const config = JSON.parse(await readFile(admin.kubeconfig, 'utf8')) as Config
      const token = String(config.users[0]?.user['token'])
      const plugin = join(temporary(), 'plugin')
      const count = join(temporary(), 'count')
      const credential = JSON.stringify({
        apiVersion: 'client.authentication.k8s.io/v1',
        kind: 'ExecCredential',
        status: { token },
      })
      await writeFile(plugin, `#!/bin/sh\necho called >>${count}\ncat <<'END'\n${credential}\nEND\n`, { mode: 0o755 })
      const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: plugin, interactiveMode: 'IfAvailable' }
      const kubeconfig = await written({ ...config, users: [{ name: 'plugin', user: { exec } }] })
      const before = await here.listing()
      const result = await played(['secrets'], { kubeconfig })
      endedWith(result, 0)
      assert.equal(rows(result, 'failed'), [])
      assert.ok(existsSync(count), 'the plugin was not asked')
      assert.not.ok((result.stdout + result.stderr).includes(token))
      await here.unchanged(before)
    })

    test('is in no file of the throw-away folder, which is private and goes', async () => {
      const here = await cluster()
      const before = await here.listing()
      const config = await configOf(here)
      const secrets = secretsOf(config)
      assert.ok(secrets.length > 0)
      const learners = await readFile(here.kubeconfig, 'utf8')
      const child = playing(['secrets'], here, { env: { DEBUG: '1' } })
      await child.event((event) => event.type === 'wait')
      const [folder, ...more] = await foldersOf(child.pid)
      assert.equal(more, [])
      assert.is((await stat(folder ?? '')).mode & 0o777, 0o700)
      const files = (await readdir(folder ?? '', { recursive: true, withFileTypes: true })).filter((file) =>
        file.isFile(),
      )
      const kubeconfigs = files.filter(({ name }) => name.startsWith('kubeconfig'))
      assert.ok(kubeconfigs.length > 0)
      for (const { name, parentPath } of files) {
        const file = join(parentPath, name)
        const text = await readFile(file, 'utf8')
        for (const secret of secrets) {
          assert.not.ok(text.includes(secret), `${name} holds a credential`)
          assert.not.ok(text.includes(Buffer.from(secret, 'base64').toString()), `${name} holds a credential`)
        }
        if (kubeconfigs.some((each) => each.name === name)) assert.is((await stat(file)).mode & 0o777, 0o400, name)
      }
      const result = await child.ended
      endedWith(result, 0)
      for (const secret of secrets) assert.not.ok((result.stdout + result.stderr).includes(secret))
      assert.equal(await foldersOf(child.pid), [])
      assert.is(await readFile(here.kubeconfig, 'utf8'), learners)
      await here.unchanged(before)
    })
  },
  { limit: 180_000 },
)

tests(
  "kubectl's own flags",
  (test) => {
    test('choose the kubeconfig, the context, the cluster and the user', async ({ defer }) => {
      const here = await cluster()
      const limited = await here.user('flags', [{ resources: ['configmaps'], verbs: ['list'] }])
      defer(limited.remove)
      const config = await configOf(here)
      const other = JSON.parse(await readFile(limited.kubeconfig, 'utf8')) as Config
      const [place] = config.clusters
      const kubeconfig = await written({
        ...config,
        clusters: [...config.clusters, { name: 'dead end', cluster: { server: 'https://127.0.0.1:1' } }],
        users: [...config.users, ...other.users],
        contexts: [
          { name: 'wrong', context: { cluster: 'dead end', user: 'flags' } },
          { name: 'right', context: { cluster: place?.name, user: config.users[0]?.name } },
          { name: 'half', context: { cluster: 'dead end', user: 'flags' } },
        ],
        'current-context': 'wrong',
      })
      const status = (...flags: string[]) => tour(['status', ...flags], { kubeconfig: '/no/such/file' }).ended
      const from = ['--kubeconfig', kubeconfig]

      endedWith(await status(...from), 3)
      const right = await status(...from, '--context', 'right')
      endedWith(right, 0)
      assert.match(right.stdout, `cluster right (https://127.0.0.1:${here.port})`)
      endedWith(
        await status(
          ...from,
          '--context',
          'half',
          '--cluster',
          place?.name ?? '',
          '--user',
          config.users[0]?.name ?? '',
        ),
        0,
      )
      const denied = await status(...from, '--context', 'right', '--user', 'flags')
      endedWith(denied, 3)
      assert.match(denied.stderr, 'You may not list namespaces')
      const nobody = await status(...from, '--context', 'nobody')
      endedWith(nobody, 3)
      assert.match(nobody.stderr, 'There is no context "nobody"')
    })

    test('choose the server, its authority, the token and the time-out', async ({ defer }) => {
      const here = await cluster()
      const before = await here.listing()
      const admin = await here.user('token', player)
      const removed = () => admin.remove()
      defer(removed)
      const config = await configOf(here)
      const other = JSON.parse(await readFile(admin.kubeconfig, 'utf8')) as Config
      const token = String(other.users[0]?.user['token'])
      const authority = join(temporary(), 'ca.crt')
      await writeFile(
        authority,
        Buffer.from(String(config.clusters[0]?.cluster['certificate-authority-data']), 'base64'),
      )
      const kubeconfig = await written({
        ...config,
        clusters: [{ name: 'dead end', cluster: { server: 'https://127.0.0.1:1' } }],
        users: [{ name: 'nobody', user: {} }],
        contexts: [{ name: 'kind-flags', context: { cluster: 'dead end', user: 'nobody' } }],
        'current-context': 'kind-flags',
      })
      const server = ['--server', `https://127.0.0.1:${here.port}`]
      const anonymous = await played(['secrets', ...server, '--certificate-authority', authority], { kubeconfig })
      endedWith(anonymous, 3)
      const untrusted = await played(['secrets', ...server, '--token', token], { kubeconfig })
      endedWith(untrusted, 3)
      assert.match(untrusted.stderr, /certificate/)
      const insecure = await tour(['status', ...server, '--token', token, '--insecure-skip-tls-verify'], { kubeconfig })
        .ended
      endedWith(insecure, 0)

      const flags = [...server, '--certificate-authority', authority, '--token', token, '--request-timeout', '20s']
      const result = await played(['secrets', ...flags], { kubeconfig })
      endedWith(result, 0)
      assert.equal(rows(result, 'failed'), [])
      assert.not.ok((result.stdout + result.stderr).includes(token), 'the token was shown')
      await removed()
      await here.unchanged(before)
    })

    test('play as somebody else, with their rights', async ({ defer }) => {
      const here = await cluster()
      const limited = await here.user('as', [{ resources: ['configmaps'], verbs: ['list'] }])
      defer(limited.remove)
      const before = await here.listing()
      const result = await played(['secrets', '--as', limited.name], here)
      endedWith(result, 3)
      assert.match(result.stderr, 'You may not create, get or delete namespaces on this cluster.')
      const masters = await tour(['status', '--as', 'anybody', '--as-group', 'system:masters'], here).ended
      endedWith(masters, 0)
      await here.unchanged(before, 0)
    })
  },
  { limit: 180_000 },
)

tests(
  'the cluster',
  (test) => {
    test('that the kubeconfig leads to is changed in the middle', async () => {
      const here = await cluster()
      const before = await here.listing()
      const config = await configOf(here)
      const kubeconfig = await written(config)
      const child = playing(['secrets'], { kubeconfig })
      await child.event((event) => event.type === 'wait' && event.subject === 'pod/config-test')
      const [first] = config.clusters
      const elsewhere = { ...first, cluster: { ...first?.cluster, server: 'https://127.0.0.1:1' } }
      await writeFile(kubeconfig, JSON.stringify({ ...config, clusters: [elsewhere] }, null, 2))
      const result = await child.ended
      endedWith(result, 1)
      const [ended] = lessonsEnded(result)
      assert.match(ended?.problem ?? '', 'The kubeconfig changed while the lesson played')
      assert.equal(ended?.cleaned?.left, [])
      await here.unchanged(before)
      await eventually(async () => (await child.leftRunning()).length === 0, { what: 'no process left' })
    })

    test('is not known to be local: played on only with --yes', async ({ defer }) => {
      const here = await cluster()
      const user = await here.user('remote', player)
      defer(user.remove)
      const before = await here.listing()
      const config = JSON.parse(await readFile(user.kubeconfig, 'utf8')) as Config
      const [context] = config.contexts
      const kubeconfig = await written({
        ...config,
        contexts: [{ ...context, name: 'prod' }],
        'current-context': 'prod',
      })
      const refused = await played(['secrets'], { kubeconfig })
      endedWith(refused, 3)
      assert.match(
        refused.stderr,
        /^prod \(https:\/\/127\.0\.0\.1:\d+\) is not known to be a local cluster\.\n {2}pass --yes/,
      )
      await here.unchanged(before, 0)
      const result = await played(['secrets', '--yes'], { kubeconfig })
      endedWith(result, 0)
      assert.equal(rows(result, 'failed'), [])
      endedWith(await cleaned([], { kubeconfig }), 0)
      await here.unchanged(before)
    })
  },
  { limit: 180_000 },
)
