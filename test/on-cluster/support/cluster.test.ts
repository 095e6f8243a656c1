import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { rejects, tests } from '../../support/tests.ts'
import { cluster, ownCluster, whyNot } from './cluster.ts'
import { unchanged } from './listing.ts'
import { temporary } from './temporary.ts'

tests('cluster', (test) => {
  test('is the one that the shared folder starts', async () => {
    const { must, port, kubeconfig, dir } = await cluster()
    assert.is(kubeconfig, join(dir, 'kubeconfig'))
    assert.match(await must('cluster-info'), `https://127.0.0.1:${port}`)
  })

  test('gives what kubectl said, and fails where it must not fail', async () => {
    const { kubectl, must } = await cluster()
    const { code, stderr } = await kubectl('get', 'configmap', 'no-such-thing')
    assert.is(code, 1)
    assert.match(stderr, 'not found')
    await rejects(must('get', 'configmap', 'no-such-thing'), /no-such-thing failed \(1\).*not found/)
  })

  test('lists what there is, and tells what has changed', async ({ defer }) => {
    const { apply, must, listing } = await cluster()
    const remove = () => must('delete', 'configmap', 'tour-test-listing', '-n', 'default', '--ignore-not-found')
    defer(remove)
    const here = (line: string) => line.startsWith('ConfigMap.v1 default/tour-test-listing ')
    assert.is((await listing()).filter(here).length, 0)
    await apply('{apiVersion: v1, kind: ConfigMap, metadata: {name: tour-test-listing, namespace: default}}')
    const after = await listing()
    assert.is(after.filter(here).length, 1)
    for (const kind of [
      'Namespace.v1 /default ',
      'Node.v1 /tour-control-plane ',
      'EndpointSlice.discovery.k8s.io/v1 kube-system/',
    ])
      assert.ok(
        after.some((line) => line.startsWith(kind)),
        kind,
      )
    await remove()
    assert.is((await listing()).filter(here).length, 0)
  })

  test('waits until all is as it was, and says what is not', async () => {
    const answers = ['a\nb\n', 'a\n']
    const must = async (command?: string) => (command === 'get' ? (answers.shift() ?? 'a\nc\n') : 'pods')
    await unchanged(must, ['a'])
    await rejects(unchanged(must, ['a', 'b'], 0), 'left behind  c\nmissing      b')
  })

  test('makes a user of few rights, and removes it', async ({ defer }) => {
    const { user, kubectl, must } = await cluster()
    const reader = await user('reader', [{ resources: ['configmaps'], verbs: ['get', 'list'] }])
    defer(reader.remove)
    const as = (...args: string[]) => kubectl('--kubeconfig', reader.kubeconfig, ...args)
    assert.match((await as('auth', 'whoami')).stdout, reader.name)
    assert.is((await as('get', 'configmaps', '-n', 'kube-system')).code, 0)
    assert.match((await as('get', 'secrets')).stderr, 'Forbidden')
    await reader.remove()
    assert.is(await must('get', 'clusterrole', '--ignore-not-found', 'tour-test-user-reader'), '')
  })

  test('makes a user of one namespace', async ({ defer }) => {
    const { user, kubectl } = await cluster()
    const local = await user('local', [{ resources: ['pods'], verbs: ['list'] }], 'kube-public')
    defer(local.remove)
    const as = (...args: string[]) => kubectl('--kubeconfig', local.kubeconfig, ...args)
    assert.is((await as('get', 'pods')).code, 0)
    assert.match((await as('get', 'pods', '-n', 'default')).stderr, 'Forbidden')
  })
})

tests('any other cluster', (test) => {
  test('is refused where there is none', async () => {
    const folder = temporary()
    assert.match((await whyNot(folder)) ?? '', /^Cluster tests only run on what .* no node of its own is running\.$/)
  })

  test('is refused where another process runs under the id', async () => {
    const folder = temporary()
    await writeFile(join(folder, 'node.pid'), String(process.pid))
    assert.match((await whyNot(folder)) ?? '', /no node of its own/)
  })

  test('is refused where the kubeconfig leads elsewhere', async () => {
    const { dir } = await cluster()
    const folder = temporary()
    for (const file of ['node.pid', 'port.pid']) await writeFile(join(folder, file), await readFile(join(dir, file)))
    await mkdir(join(folder, 'bin'))
    await symlink(join(dir, 'bin/kubectl'), join(folder, 'bin/kubectl'))
    assert.match((await whyNot(folder)) ?? '', /no kubeconfig/)

    const shared = await readFile(join(dir, 'kubeconfig'), 'utf8')
    await writeFile(
      join(folder, 'kubeconfig'),
      shared.replace(/server: .*/, 'server: https://cluster.example.com:6443'),
    )
    assert.match((await whyNot(folder)) ?? '', /its server is https:\/\/cluster\.example\.com:6443/)
    await writeFile(join(folder, 'kubeconfig'), shared)
    assert.match((await whyNot(folder)) ?? '', /port \d+ is not its own/)
  })
})

tests(
  'a cluster of its own',
  (test) => {
    test('starts beside the other, is hurt, recovers and goes', async ({ defer }) => {
      const shared = await cluster()
      const own = await ownCluster('support')
      defer(own.down)
      assert.is(await whyNot(own.dir), undefined)
      assert.is.not(own.port, shared.port)

      await own.fault('kube-apiserver', 'stop')
      assert.is.not((await own.kubectl('get', 'nodes', '--request-timeout=2s')).code, 0)
      await own.fault('kube-apiserver', 'cont')
      await own.must('get', 'nodes')

      await own.down()
      assert.match((await whyNot(own.dir)) ?? '', /no node of its own/)
      assert.is(await whyNot(shared.dir), undefined)
    })
  },
  { limit: 180_000 },
)
