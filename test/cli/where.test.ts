import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { isWithoutCluster } from '../../scripts/cli/where.ts'
import type { Connection } from '../../scripts/cluster/connection.ts'
import { tests } from '../support/tests.ts'

tests('the sandbox by itself', (test) => {
  const at = async (env: NodeJS.ProcessEnv, connection: Connection = {}, auto = false, config = false) => {
    const home = await mkdtemp(join(tmpdir(), 'home-'))
    try {
      await mkdir(join(home, '.kube'))
      if (config) await writeFile(join(home, '.kube', 'config'), '{}')
      return await isWithoutCluster({ connection, auto }, { HOME: home, ...env })
    } finally {
      await rm(home, { recursive: true })
    }
  }
  test('is chosen where nothing names a cluster', async () => assert.is(await at({}), true))
  test('also with a kubectl and a namespace', async () =>
    assert.is(await at({}, { kubectl: '/bin/kubectl', namespace: 'mine' }), true))
  test('not where KUBECONFIG is set', async () => assert.is(await at({ KUBECONFIG: '/nowhere' }), false))
  test('not where there is a default file', async () => assert.is(await at({}, {}, false, true), false))
  test('not with a connection flag', async () => assert.is(await at({}, { context: 'work' }), false))
  test('not in a Pod', async () => assert.is(await at({ KUBERNETES_SERVICE_HOST: '10.96.0.1' }), false))
  test('not unattended in CI', async () => assert.is(await at({ CI: 'true' }, {}, true), false))
  test('in CI, where somebody is there', async () => assert.is(await at({ CI: 'true' }), true))
})
