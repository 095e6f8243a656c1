import { execFileSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parse } from 'yaml'
import * as assert from 'uvu/assert'
import type { Connection } from '../../scripts/cluster/connection.ts'
import {
  kuberc,
  learnersFiles,
  privateFolder,
  removeFolder,
  signature,
  throwAway,
  writeWrapper,
} from '../../scripts/cluster/kubeconfig.ts'
import { type Context, tests } from '../support/tests.ts'

async function folderFor({ defer }: Context): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tour-kubeconfig-'))
  defer(() => rm(folder, { recursive: true, force: true }))
  return folder
}

tests("the learner's files", (test) => {
  const table: readonly (readonly [string, Connection, NodeJS.ProcessEnv, readonly string[]])[] = [
    ['--kubeconfig wins', { kubeconfig: '/a' }, { KUBECONFIG: '/b', HOME: '/h' }, ['/a']],
    ['--kubeconfig is made absolute', { kubeconfig: 'a' }, {}, [resolve('a')]],
    ['KUBECONFIG', {}, { KUBECONFIG: '/a', HOME: '/h' }, ['/a']],
    ['its parts, absolute, in their order', {}, { KUBECONFIG: '/b:a:/c' }, ['/b', resolve('a'), '/c']],
    ['each once, and no empty ones', {}, { KUBECONFIG: ':/a::/b:/a:' }, ['/a', '/b']],
    ['an empty KUBECONFIG is none', {}, { KUBECONFIG: '', HOME: '/h' }, ['/h/.kube/config']],
    ['the default', {}, { HOME: '/h' }, ['/h/.kube/config']],
    ['the default without HOME', {}, {}, [join(homedir(), '.kube/config')]],
  ]
  for (const [name, connection, env, files] of table)
    test(name, () => assert.equal(learnersFiles(connection, env), files))
})

tests('the throw-away kubeconfig', (test) => {
  const odd = [
    'kind-tour',
    'arn:aws:eks:eu:1:cluster/x',
    'a: b # c',
    'it\'s "mine" $(id)',
    '- x',
    'null',
    'true',
    '12',
    'two\nlines',
    ' ',
  ]

  for (const name of odd)
    test(`holds one context, ${JSON.stringify(name)}, and nothing else`, () =>
      assert.equal(parse(throwAway({ context: name, cluster: `${name}c`, user: `${name}u` }, 'tour-secrets')), {
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': name,
        contexts: [{ name, context: { cluster: `${name}c`, user: `${name}u`, namespace: 'tour-secrets' } }],
        clusters: [],
        users: [],
      }))

  test('with flags for another server, a cluster entry of its own', () => {
    const cluster = { server: 'https://h', 'certificate-authority': '/ca', 'tls-server-name': 'n' }
    const file = parse(
      throwAway({ context: 'a', cluster: 'kubectl-tour', user: 'u', ownCluster: cluster }, 'n'),
    ) as object
    assert.equal(Reflect.get(file, 'clusters'), [{ name: 'kubectl-tour', cluster }])
    assert.equal(Reflect.get(file, 'users'), [])
  })

  test('in a Pod, the path of a token and not the token', () => {
    const file = parse(throwAway({ context: 'a', cluster: 'c', user: 'u', tokenFile: '/t' }, 'n')) as object
    assert.equal(Reflect.get(file, 'users'), [{ name: 'u', user: { tokenFile: '/t' } }])
  })
})

tests('the wrapper', (test) => {
  const printing = '#!/bin/sh\nfor word in "$@"; do printf "%s\\0" "$word"; done\n'

  async function wrapped(
    context: Context,
    connection: Connection,
    ...args: readonly string[]
  ): Promise<readonly string[]> {
    const folder = await folderFor(context)
    const kubectl = join(folder, "odd 'name' $(x)")
    await writeFile(kubectl, printing)
    await chmod(kubectl, 0o755)
    const bin = await writeWrapper(folder, kubectl, connection)
    assert.is((await stat(join(bin, 'kubectl'))).mode & 0o777, 0o500)
    assert.is((await stat(bin)).mode & 0o777, 0o700)
    return execFileSync(join(bin, 'kubectl'), [...args], { encoding: 'utf8' })
      .split('\0')
      .slice(0, -1)
  }

  test('hands on what it is given', async (context) => {
    const args = ['get', 'pods', "a'b", '$(x)', '', 'a b']
    assert.equal(await wrapped(context, {}, ...args), args)
  })

  for (const as of ["o'neil", '$(touch /tmp/tour-no)', '`id`', 'a b', '"', '\\', "'; rm -rf /; '", '-x', 'new\nline'])
    test(`--as ${JSON.stringify(as)} is one word`, async (context) =>
      assert.equal(await wrapped(context, { as, asGroup: [as, 'g'], token: as }, 'get'), [
        `--as=${as}`,
        `--as-group=${as}`,
        '--as-group=g',
        `--token=${as}`,
        'get',
      ]))

  test('limits every request but the proxy, which goes on', async (context) => {
    assert.equal(await wrapped(context, { requestTimeout: '5s' }, 'get'), ['--request-timeout=5s', 'get'])
    assert.equal(await wrapped(context, { requestTimeout: '5s', as: 'x' }, 'proxy'), ['--as=x', 'proxy'])
  })
})

tests('the private folder', (test) => {
  test("is nobody else's, and those of dead runs go", async ({ defer }) => {
    const dead = join(tmpdir(), 'kubectl-tour-99999999-abcdef')
    const alive = join(tmpdir(), `kubectl-tour-${process.pid}-test`)
    await Promise.all([dead, alive].map((path) => mkdir(path)))
    const folder = await privateFolder()
    defer(() => Promise.all([dead, alive, folder].map(removeFolder)))
    assert.is((await stat(folder)).mode & 0o777, 0o700)
    assert.match(folder, `kubectl-tour-${process.pid}-`)
    assert.is(await stat(dead).catch(() => 'gone'), 'gone')
    assert.ok(await stat(alive))
  })

  test('removing it twice is no mistake', async () => {
    await removeFolder('/nonexistent/kubectl-tour')
  })
})

tests('a kuberc', (test) => {
  const home = async (context: Context, text: string) => {
    const folder = await folderFor(context)
    await mkdir(join(folder, '.kube'))
    await writeFile(join(folder, '.kube/kuberc'), text)
    return folder
  }

  test('is not used where there is none', async (context) =>
    assert.is(await kuberc('/x', { HOME: await folderFor(context) }), 'off'))
  test('is not used where it changes commands', async (context) =>
    assert.is(
      await kuberc('/x', { HOME: await home(context, 'kind: Preference\ndefaults: [{command: delete}]\n') }),
      'off',
    ))
  test('is kept off where it is off', async () => assert.is(await kuberc('/x', { KUBERC: 'off' }), 'off'))
  test('what it says about credential plugins is kept, and no more', async (context) => {
    const HOME = await home(
      context,
      'apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\ncredentialPluginPolicy: DenyAll\ndefaults: [{command: delete}]\naliases: []\n',
    )
    const file = await kuberc(HOME, { HOME })
    assert.equal(parse(await readFile(file, 'utf8')), {
      apiVersion: 'kubectl.config.k8s.io/v1beta1',
      kind: 'Preference',
      credentialPluginPolicy: 'DenyAll',
    })
  })
})

tests('the signature of files', (test) => {
  test('changes when one is written, made or removed, and else not', async (context) => {
    const folder = await folderFor(context)
    const [a, b] = [join(folder, 'a'), join(folder, 'b')]
    const seen: string[] = []
    const look = async () => {
      const before = seen.at(-1)
      seen.push(await signature([a, b]))
      return seen.at(-1) !== before
    }
    await look()
    assert.not(await look())
    await writeFile(a, '1')
    assert.ok(await look())
    assert.not(await look())
    await utimes(a, 1, 2)
    assert.ok(await look())
    await writeFile(b, '')
    assert.ok(await look())
    await rm(a)
    assert.ok(await look())
  })
})
