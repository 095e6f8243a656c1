/* npm run test:cluster [-- FILTER…], and a part of npm test: runs the test files whose path holds one of the filters. */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runFiles, testFiles, totalLine } from './runner.ts'

const root = join(import.meta.dirname, '../..')
const print = (line: string) => void process.stdout.write(`${line}\n`)
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { cluster: { type: 'boolean' }, jobs: { type: 'string' } },
})

const onCluster = join(root, 'test/on-cluster')
const minutes = values.cluster ? 15 : 2

async function refusal(): Promise<string | undefined> {
  if (!values.cluster) return undefined
  const { whyNot } = await import('../on-cluster/support/cluster.ts')
  return whyNot()
}

const refused = await refusal()
if (refused) {
  print(`${refused}\n${totalLine({ passed: 0, failed: 1 })}`)
  process.exitCode = 1
} else {
  const all = await testFiles(values.cluster ? onCluster : join(root, 'test'), positionals)
  const tally = await runFiles(
    all.filter((file) => file.startsWith(`${onCluster}/`) === Boolean(values.cluster)),
    { root, jobs: Number(values.jobs ?? 2), limit: minutes * 60_000, env: isolated(process.env), print },
  )
  print(`\n${totalLine(tally)}`)
  process.exitCode = tally.failed > 0 ? 1 : 0
}

/** The same on every machine: no colours, no CI, and nobody's own cluster. */
function isolated(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const left = Object.entries(env).filter(([name]) => !['FORCE_COLOR', 'NO_COLOR', 'CI', 'KUBERC'].includes(name))
  return { ...Object.fromEntries(left), KUBECONFIG: join(root, 'no-such-kubeconfig') }
}
