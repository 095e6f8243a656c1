import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { complete } from '../../scripts/cli/complete.ts'
import { tests } from '../support/tests.ts'

const noFiles = ':4'

/** A kubectl that answers what completion asks, and nothing else. */
const kubectl = `#!/bin/sh
case "$*" in
  'config get-contexts -o name') printf 'kind-tour\\nwork east\\n' ;;
  'config get-clusters') printf 'NAME\\nkind-tour\\nwork\\n' ;;
  'config get-users') printf 'NAME\\nme\\n' ;;
  'get namespaces -o name') printf 'namespace/default\\nnamespace/tour-secrets\\n' ;;
  'get storageclasses -o name') printf 'storageclass.storage.k8s.io/standard\\n' ;;
  *) echo "unexpected: $*" >&2; exit 1 ;;
esac
`

tests('completion', (test) => {
  let folder = ''
  let env: NodeJS.ProcessEnv = {}
  test.before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tour-complete-'))
    await mkdir(join(folder, 'bin'))
    await writeFile(join(folder, 'bin/kubectl'), kubectl)
    await chmod(join(folder, 'bin/kubectl'), 0o755)
    env = { PATH: `${join(folder, 'bin')}:${process.env['PATH']}` }
  })
  test.after(() => rm(folder, { recursive: true }))

  const offered = async (...typed: string[]) => {
    const lines = (await complete(typed, env)).split('\n')
    return { names: lines.slice(0, -1).map((line) => line.split('\t')[0]), directive: lines.at(-1) }
  }
  const offers = (typed: readonly string[], ...names: string[]) =>
    test(typed.join(' '), async () => assert.equal(await offered(...typed), { names, directive: noFiles }))

  offers(['s'], 'secrets', 'sidecar', 'storage', 'statefulset', 'status', 'sandbox')
  offers(['st'], 'storage', 'statefulset', 'status')
  offers(['x'])
  offers(['secrets', ''], 'sidecar', 'storage', 'statefulset')
  offers(['--auto', 'al'], 'all')
  offers(['--context', 'kind-tour', 'sec'], 'secrets')
  offers(['clean', ''], 'secrets', 'sidecar', 'storage', 'statefulset')
  offers(['status', ''])
  offers(['completion', ''], 'bash', 'zsh', 'fish')
  offers(['secrets', '--a'], '--auto', '--as', '--as-group', '--as-uid')
  offers(['clean', '--a'], '--all', '--as', '--as-group', '--as-uid')
  offers(['list', '--'], '--output', '--no-color')
  offers(['--context', ''], 'kind-tour', 'work east')
  offers(['secrets', '--context', 'k'], 'kind-tour')
  offers(['--context=k'], '--context=kind-tour')
  offers(['--cluster', ''], 'kind-tour', 'work')
  offers(['--user', ''], 'me')
  offers(['-n', ''], 'default', 'tour-secrets')
  offers(['--namespace=tour'], '--namespace=tour-secrets')
  offers(['--storage-class', ''], 'standard')
  offers(['-o', ''], 'json')
  offers(['--image', ''], 'busybox=', 'nginx=', 'postgres=')
  offers(['--timeout', ''])

  test('offers every section, all and every command for nothing', async () => {
    const { names } = await offered('')
    const expected = 'secrets sidecar storage statefulset all list clean status doctor sandbox completion version'
    assert.equal(names, expected.split(' '))
  })

  test('says what a section is', async () =>
    assert.match(await complete(['sec'], env), 'secrets\tConfigMaps and Secrets'))

  for (const flag of ['--junit', '--kubeconfig', '--kubectl', '--client-key', '--cache-dir'])
    test(`leaves the value of ${flag} to the shell`, async () =>
      assert.equal(await offered('secrets', flag, ''), { names: [], directive: ':0' }))

  test('asks the kubectl that started it', async () => {
    const other = join(folder, 'other')
    await writeFile(other, '#!/bin/sh\necho other\n')
    await chmod(other, 0o755)
    assert.match(await complete(['--context', ''], { ...env, KUBECTL_PATH: other }), 'other')
  })

  test('offers nothing where kubectl fails, or hangs', async () => {
    const hanging = join(folder, 'hanging')
    await writeFile(hanging, '#!/bin/sh\nexec sleep 60\n')
    await chmod(hanging, 0o755)
    const started = performance.now()
    assert.is(await complete(['-n', ''], { ...env, KUBECTL_PATH: hanging }), noFiles)
    assert.ok(performance.now() - started < 10_000)
    assert.is(await complete(['-n', ''], { ...env, KUBECTL_PATH: join(folder, 'nosuch') }), noFiles)
  })
})
