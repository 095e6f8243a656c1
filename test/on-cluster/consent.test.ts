import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { keys } from '../support/terminal.ts'
import type { Context } from '../support/tests.ts'
import { tests } from '../support/tests.ts'
import { type Cluster, cluster } from './support/cluster.ts'
import { endedWith, played, rows } from './support/played.ts'
import { temporary } from './support/temporary.ts'
import { tour, tourOnTerminal } from './support/tour.ts'

const namespace = 'tour-test-consent'
const context = 'prod main'

/** Somebody who sees no nodes, behind a context whose name says nothing: the cluster is not known to be a local one. */
async function stranger({ defer }: Pick<Context, 'defer'>): Promise<{ here: Cluster; kubeconfig: string }> {
  const here = await cluster()
  defer(() => here.kubectl('delete', 'namespace', namespace, '--ignore-not-found'))
  await here.apply(JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }))
  const rules = [
    { resources: ['pods', 'configmaps', 'secrets', 'services', 'pods/exec', 'pods/log', 'events'], verbs: ['*'] },
  ]
  const user = await here.user('stranger', rules, namespace)
  defer(user.remove)
  const kubeconfig = join(temporary(), 'kubeconfig')
  await writeFile(kubeconfig, (await readFile(user.kubeconfig, 'utf8')).replaceAll('kind-tour', context))
  return { here, kubeconfig }
}

tests(
  'a cluster that is not known to be local',
  (test) => {
    test('is not played on unattended without --yes', async ({ defer }) => {
      const { here, kubeconfig } = await stranger({ defer })
      const before = await here.listing()
      const refused = await played(['secrets', '-n', namespace], { kubeconfig })
      endedWith(refused, 3)
      assert.match(refused.stderr, `${context} (https://127.0.0.1:${here.port}) is not known to be a local cluster.`)
      assert.match(refused.stderr, 'pass --yes if the tour may play there')
      await here.unchanged(before, 0)
    })

    // Who makes no claims needs no right to see any.
    test('is played on with --yes, without a right to see claims', async ({ defer }) => {
      const { here, kubeconfig } = await stranger({ defer })
      const before = await here.listing()
      const result = await played(['secrets', '-n', namespace, '--yes'], { kubeconfig })
      endedWith(result, 0)
      assert.equal(rows(result, 'failed'), [])
      await here.unchanged(before)
    })

    test("is asked about at a terminal, and another name than the context's does nothing", async ({ defer }) => {
      const { here, kubeconfig } = await stranger({ defer })
      const before = await here.listing()
      const shown = tourOnTerminal(['secrets', '-n', namespace], { kubeconfig })
      defer(() => shown.kill('SIGKILL'))
      await shown.waitFor("Type the context's name to play there", 30_000)
      shown.type(`yes${keys.enter}`)
      assert.equal(await shown.exit, { code: 3, signal: null })
      assert.match(shown.history(), 'That is not its name, so nothing was done.')
      await here.unchanged(before, 0)
    })

    test('is played on at a terminal once its name was typed', async ({ defer }) => {
      const { here, kubeconfig } = await stranger({ defer })
      const before = await here.listing()
      const shown = tourOnTerminal(['secrets', '-n', namespace], { kubeconfig })
      defer(async () => {
        shown.kill('SIGKILL')
        await tour(['clean', '-n', namespace, '--yes'], { kubeconfig }).ended
      })
      await shown.waitFor("Type the context's name to play there", 30_000)
      shown.type(`${context}${keys.enter}`)
      await shown.waitFor('enter: go on', 30_000)
      shown.type('q')
      await shown.waitFor('Clean up before leaving?')
      shown.type(keys.enter)
      assert.equal(await shown.exit, { code: 0, signal: null })
      await here.unchanged(before)
    })
  },
  { limit: 240_000 },
)
