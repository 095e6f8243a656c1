/*
 * node --import tsx test/sandbox/parity/record.ts [FILTER]: plays every case five times on the cluster that the cluster tests use, and writes
 * what the five have in common.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cluster } from '../../on-cluster/support/cluster.ts'
import { cases, playCase } from './case.ts'
import type { Normal, Recording } from './normal.ts'
import { common, normal } from './normal.ts'

const here = await cluster()
const target = { kubectl: here.ownKubectl, kubeconfig: here.kubeconfig }
const versions = JSON.parse(await here.must('version', '-o', 'json')) as Record<
  'clientVersion' | 'serverVersion',
  { readonly gitVersion: string }
>

for (const each of await cases(process.argv[2])) {
  const plays: Normal[] = []
  for (let time = 0; time < 5; time += 1) plays.push(normal(await playCase(each, target), each))
  const recording: Recording = {
    server: versions.serverVersion.gitVersion,
    kubectl: minorOf(versions.clientVersion.gitVersion),
    play: common(plays),
  }
  await writeFile(
    join(import.meta.dirname, 'recordings', `${each.name}.json`),
    `${JSON.stringify(recording, undefined, 1)}\n`,
  )
  process.stdout.write(`${each.name}\n`)
}

function minorOf(version: string): string {
  return /^v1\.(\d+)/.exec(version)?.[1] ?? ''
}
