/*
 * npm run test:cluster [-- FILTER…], and a part of npm test: runs the test files whose path holds one of the filters. What --sandbox names of
 * the cluster tests is played in sandboxes.
 * Cluster tests go one after the other, as they share a cluster and look at all that is in it.
 */
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runs } from './child.ts'
import { runFiles, sum, type Tally, testFiles, totalLine } from './runner.ts'

const root = join(import.meta.dirname, '../..')
const onCluster = join(root, 'test/on-cluster')
const shared = { root, node: ['--import', 'tsx'], print }
const { values, positionals: filters } = parseArgs({
  allowPositionals: true,
  options: { cluster: { type: 'boolean' }, sandbox: { type: 'boolean' } },
})

/** What real kubectl plays in sandboxes of its own, started as they are shipped. */
const inSandbox = ['on-cluster/lessons', 'sandbox/process', 'sandbox/parity', 'sandbox/safety']

const tally = values.cluster ? await clusterTests() : values.sandbox ? await sandboxTests() : await unitTests()
print(`\n${totalLine(tally)}`)
process.exitCode = tally.failed > 0 ? 1 : 0

async function unitTests(): Promise<Tally> {
  const files = (await testFiles(join(root, 'test'), filters)).filter(
    (file) => !file.startsWith(onCluster) && !inSandbox.some((part) => file.includes(part)),
  )
  return runFiles(files, { ...shared, jobs: 2, limit: 4 * 60_000, env: isolated(process.env) })
}

/** That, or whichever cluster tests are named: those that need no more of a cluster than a sandbox has. */
async function sandboxTests(): Promise<Tally> {
  return withProgram(async (program) => {
    const env = { ...isolated(process.env), TOUR_TEST_TARGET: 'sandbox', TOUR_TEST_PROGRAM: program }
    const files = await testFiles(join(root, 'test'), filters.length === 0 ? inSandbox : filters)
    return runFiles(files, { ...shared, jobs: 2, limit: 10 * 60_000, env })
  })
}

async function clusterTests(): Promise<Tally> {
  const run = (process.env['TOUR_TEST_RUN'] ??= String(process.pid))
  const { ownClustersDown, whyNot } = await import('../on-cluster/support/cluster.ts')
  const refusal = await whyNot()
  if (refusal) {
    print(refusal)
    return { passed: 0, failed: 1 }
  }
  try {
    return await withProgram(async (program) => {
      const env = { ...isolated(process.env), TOUR_TEST_RUN: run, TOUR_TEST_PROGRAM: program }
      const rest = { ...shared, jobs: 1, limit: 20 * 60_000 }
      const here = runFiles(await testFiles(onCluster, filters), { ...rest, env })
      if (filters.length > 0) return here
      // What is false on the cluster is false in the sandbox, too: it waits most of its time, and disturbs nobody.
      const away = runFiles(await testFiles(onCluster, ['falsified']), {
        ...rest,
        env: { ...env, TOUR_TEST_TARGET: 'sandbox' },
      })
      // And so is what another kubectl prints there.
      const kubectl = join(process.env['TOUR_TEST_CLUSTER_DIR'] || '/var/tmp/tour-cluster', 'bin/kubectl')
      const other = away.then(async () =>
        runFiles(await testFiles(join(root, 'test'), ['sandbox/parity/parity']), {
          ...rest,
          env: { ...env, TOUR_TEST_KUBECTL: kubectl },
        }),
      )
      return sum(await Promise.all([here, away, other]))
    })
  } finally {
    await ownClustersDown()
  }
}

async function withProgram<T>(work: (program: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'tour-built-'))
  try {
    return await work(process.env['TOUR_TEST_PROGRAM'] || (await built(folder)))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The program as it is installed, built once for all files: it starts much quicker than from its sources. */
async function built(folder: string): Promise<string> {
  for (const name of ['package.json', 'manifests', 'sandbox', 'schema', 'node_modules'])
    await symlink(join(root, name), join(folder, name))
  const tsc = [
    join(root, 'node_modules/.bin/tsc'),
    '-p',
    'tsconfig.build.json',
    '--outDir',
    join(folder, 'dist'),
  ] as const
  const { output, code } = await runs(tsc[0], tsc.slice(1), { cwd: root, limit: 120_000 })
  if (code !== 0) throw new Error(`the program could not be built: ${output}`)
  const prebuild = join(folder, 'dist/sandbox/programs/postgres/prebuild.js')
  await runs(process.execPath, [prebuild], { cwd: root, limit: 120_000 })
  return join(folder, 'dist/bin/kubectl-tour.js')
}

/** The same on every machine: no colours, no CI, and nobody's own cluster. */
function isolated(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const left = Object.entries(env).filter(([name]) => !['FORCE_COLOR', 'NO_COLOR', 'CI', 'KUBERC'].includes(name))
  return { ...Object.fromEntries(left), KUBECONFIG: join(root, 'no-such-kubeconfig') }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
