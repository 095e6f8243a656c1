import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { access, chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as assert from 'uvu/assert'
import which from 'which'
import { tests } from './support/tests.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '..')
const tool = (name: string) => join(root, 'node_modules/.bin', name)
const kubectl = await which('kubectl', { nothrow: true })

interface Manifest {
  readonly version: string
  readonly bin: Readonly<Record<string, string>>
  readonly files: readonly string[]
  readonly scripts?: unknown
}

tests(
  'package',
  (test) => {
    let folder: string
    let manifest: Manifest
    let installed: string
    let env: NodeJS.ProcessEnv

    test.before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'tour-package-'))
      manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Manifest
      await build(join(folder, 'source'), manifest)
      installed = await install(join(folder, 'source'), join(folder, 'prefix'), manifest)
      env = { PATH: `${join(folder, 'prefix/bin')}:${process.env.PATH}`, HOME: join(folder, 'home') }
    })
    test.after(() => rm(folder, { recursive: true, force: true }))

    test('publint has nothing to say', async () => {
      await run(tool('publint'), ['--strict', '--pack', 'false', join(folder, 'source')])
    })

    test('everything that it lists is in it', async () => {
      for (const entry of ['README.md', 'LICENSE', ...listed(manifest), ...Object.values(manifest.bin)])
        await access(join(installed, entry))
    })

    test('carries neither tests nor sources', async () => {
      const { stdout } = await run('find', [
        installed,
        '-name',
        '*.test.*',
        '-o',
        '-name',
        '*.ts',
        '-not',
        '-name',
        '*.d.ts',
      ])
      assert.is(stdout, '')
    })

    test('kubectl-tour starts through a symlink', async () => {
      const { stdout } = await run('kubectl-tour', ['--version'], { env })
      assert.match(stdout, manifest.version)
    })

    test('kubectl_complete-tour starts through a symlink', async () => {
      const { stdout, stderr } = await run('kubectl_complete-tour', [''], { env })
      assert.match(stdout, /^secrets\b/m)
      assert.is(stderr, '')
    })

    if (kubectl) {
      test('brings a sandbox along that starts', async () => {
        const { stdout } = await run('kubectl-tour', ['doctor'], { env })
        assert.match(stdout, 'All 4 lessons can be played.')
      })

      test('kubectl finds the plugin, and no fault with it', async () => {
        const { stdout, stderr } = await run(kubectl, ['plugin', 'list'], {
          env: { ...env, PATH: join(folder, 'prefix/bin') },
        })
        assert.match(stdout, join(folder, 'prefix/bin/kubectl-tour'))
        assert.not.match(stdout + stderr, /warning|error/i)
      })
    }
  },
  { limit: 120_000 },
)

/** What a checkout holds when it is packed, put together elsewhere: others may be using dist. */
/** The folder, where a pattern names files in it. */
const listed = ({ files }: Manifest) => files.map((entry) => entry.replace(/\/\*.*$/, ''))

async function build(folder: string, manifest: Manifest): Promise<void> {
  await mkdir(folder)
  await writeFile(join(folder, 'package.json'), JSON.stringify({ ...manifest, scripts: undefined }, null, 2))
  for (const file of ['README.md', 'LICENSE', ...listed(manifest).filter((entry) => entry !== 'dist')])
    if (existsSync(join(root, file))) await cp(join(root, file), join(folder, file), { recursive: true })
  await run(tool('tsc'), ['-p', 'tsconfig.build.json', '--outDir', join(folder, 'dist')], { cwd: root })
}

/** As npm install --global does it, with the checkout's own dependencies. */
async function install(source: string, prefix: string, { bin }: Manifest): Promise<string> {
  const modules = join(prefix, 'lib/node_modules')
  await mkdir(modules, { recursive: true })
  await mkdir(join(prefix, 'bin'))
  await run('npm', ['pack', '--pack-destination', prefix], { cwd: source })
  await run('sh', ['-c', `tar -xzf ${prefix}/*.tgz -C ${modules} && mv ${modules}/package ${modules}/kubectl-tour`])
  const installed = join(modules, 'kubectl-tour')
  await symlink(join(root, 'node_modules'), join(installed, 'node_modules'))
  for (const [name, file] of Object.entries(bin)) {
    await chmod(join(installed, file), 0o755)
    await symlink(join(installed, file), join(prefix, 'bin', name))
  }
  return installed
}
