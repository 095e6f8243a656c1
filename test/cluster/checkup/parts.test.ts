import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import * as assert from 'uvu/assert'
import { dnsFrom } from '../../../scripts/cluster/checkup/dns.ts'
import { pluginOn } from '../../../scripts/cluster/checkup/plugin.ts'
import { versionsOf } from '../../../scripts/cluster/checkup/versions.ts'
import { tests } from '../../support/tests.ts'

tests('version skew', (test) => {
  const cases: readonly (readonly [string, string, RegExp | undefined])[] = [
    ['v1.34.4', 'v1.34.1', undefined],
    ['v1.33.0', 'v1.34.1', undefined],
    ['v1.35.0', 'v1.34.1-gke.100', undefined],
    ['v1.32.4', 'v1.34.1', /^kubectl is 2 minor versions older than the server/],
    ['v1.37.0', 'v1.34.1', /^kubectl is 3 minor versions newer than the server/],
    ['unknown', 'v1.34.1', undefined],
  ]
  for (const [kubectl, server, said] of cases) {
    test(`${kubectl} with ${server}: ${said === undefined ? 'nothing to say' : 'said'}`, () => {
      const { skew } = versionsOf(kubectl, server)
      if (said === undefined) assert.is(skew, null)
      else assert.match(skew ?? '', said)
    })
  }
})

tests('DNS', (test) => {
  type Arguments = Parameters<typeof dnsFrom>
  const service = [{ metadata: { namespace: 'kube-system', name: 'kube-dns' } }]
  const slice = (...endpoints: readonly object[]) => ({ metadata: {}, endpoints })
  const endpoint = (uid: string, ready?: boolean) => ({
    addresses: [uid],
    targetRef: { uid },
    conditions: ready === undefined ? {} : { ready },
  })
  const cases: readonly (readonly [
    string,
    readonly object[] | undefined,
    readonly object[] | undefined,
    string,
    number | null,
  ])[] = [
    ['one endpoint', service, [slice(endpoint('a', true))], 'ready', 1],
    ['an endpoint that does not say', service, [slice(endpoint('a'))], 'ready', 1],
    ['two families of one Pod', service, [slice(endpoint('a', true)), slice(endpoint('a', true))], 'ready', 1],
    ['an endpoint that is not ready', service, [slice(endpoint('a', false))], 'notReady', 0],
    ['no endpoint', service, [slice()], 'notReady', 0],
    ['no Service', [], [], 'notFound', null],
    ['nothing visible', undefined, undefined, 'notVisible', null],
    ['endpoints only', undefined, [slice(endpoint('a', true))], 'ready', 1],
  ]
  for (const [name, services, slices, state, ready] of cases) {
    test(`${name}: ${state}`, () => {
      const found = dnsFrom(services as Arguments[0], slices as Arguments[1])
      assert.equal([found.state, found.readyEndpoints], [state, ready])
    })
  }
})

tests('the plugin on PATH', (test) => {
  let folder = ''
  test.before.each(async () => void (folder = await realpath(await mkdtemp(join(tmpdir(), 'plugin-')))))
  test.after.each(() => rm(folder, { recursive: true, force: true }))

  const program = async (place: string) => {
    await mkdir(join(folder, place), { recursive: true })
    const file = join(folder, place, 'kubectl-tour')
    await writeFile(file, '#!/bin/sh\n')
    await chmod(file, 0o755)
    return file
  }
  const path = (...places: readonly string[]) => places.map((place) => join(folder, place)).join(delimiter)

  test('none is a problem', async () => {
    assert.match((await pluginOn(path('empty'), folder)).problem ?? '', /^There is no kubectl-tour on PATH/)
  })

  test('one, of this package, is none', async () => {
    const file = await program('here/bin')
    assert.equal(await pluginOn(path('here/bin'), join(folder, 'here')), { paths: [file], problem: null })
  })

  test('one by two ways is one', async () => {
    const file = await program('here/bin')
    await symlink(join(folder, 'here/bin'), join(folder, 'link'))
    assert.equal(await pluginOn(path('here/bin', 'link'), join(folder, 'here')), { paths: [file], problem: null })
  })

  test('another behind this one is named', async () => {
    await program('here/bin')
    const other = await program('other')
    const { problem } = await pluginOn(path('here/bin', 'other'), join(folder, 'here'))
    assert.match(problem ?? '', `which hides ${other}.`)
  })

  test('another before this one is what kubectl runs', async () => {
    await program('here/bin')
    const other = await program('other')
    const { problem } = await pluginOn(path('other', 'here/bin'), join(folder, 'here'))
    assert.match(problem ?? '', `kubectl tour runs ${other}, and this is another`)
  })

  test("a folder whose name only begins like this one's is another", async () => {
    await program('here-too/bin')
    await mkdir(join(folder, 'here'))
    assert.match((await pluginOn(path('here-too/bin'), join(folder, 'here'))).problem ?? '', 'and this is another')
  })
})
