import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import which from 'which'
import { parse } from 'yaml'
import { searchPath } from '../../on-cluster/support/temporary.ts'
import { watching } from './asking.ts'
import { type Histories, historian, watched } from './history.ts'

/** A short script of kubectl commands, and the kinds whose objects it leaves to be compared. */
export interface Case {
  readonly name: string
  readonly title: string
  readonly files?: Readonly<Record<string, string>>
  /** Lines for /bin/sh, one after the other; each is compared by itself. In a namespace of the case's own. */
  readonly commands: readonly string[]
  /** Comma-separated kinds of the namespace, as kubectl get takes them. */
  readonly state?: string
  /** Fields of those objects that are not compared, as "pods.*.status.startTime"; with why, in the case file's comments. */
  readonly ignore?: readonly string[]
  /** Objects whose histories are not compared, as "Pod/name"; with why, in the case file's comments. */
  readonly unwatched?: readonly string[]
}

/** What one command of a case did. */
export interface Said {
  readonly command: string
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** One play of a case, as it came. */
export interface Transcript {
  readonly said: readonly Said[]
  readonly state: readonly object[]
  readonly histories: Histories
}

const folder = join(import.meta.dirname, 'cases')

export async function cases(filter = ''): Promise<readonly Case[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml') && file.includes(filter)).toSorted()
  return Promise.all(
    files.map(async (file) => ({
      name: file.slice(0, -5),
      ...(parse(await readFile(join(folder, file), 'utf8')) as Omit<Case, 'name'>),
    })),
  )
}

export interface Target {
  readonly kubectl: string
  readonly kubeconfig: string
}

interface Versions {
  readonly clientVersion: { readonly gitVersion: string }
  readonly serverVersion: { readonly gitVersion: string }
}

/** A kubectl on this cluster: by default PATH's, which `npm test` finds on any machine. */
export async function targetAt(
  kubeconfig: string,
  chosen = process.env['TOUR_TEST_KUBECTL'],
): Promise<Target & { readonly minor: string; readonly server: string }> {
  const kubectl = chosen || (await which('kubectl', { path: searchPath() }))
  const { stdout } = await promisify(execFile)(kubectl, ['version', '-o', 'json', '--kubeconfig', kubeconfig])
  const { clientVersion, serverVersion } = JSON.parse(stdout) as Versions
  const minor = /^v1\.(\d+)/.exec(clientVersion.gitVersion)?.[1] ?? ''
  return { kubectl, kubeconfig, minor, server: serverVersion.gitVersion }
}

/** Plays a case in a new namespace, which goes with it. */
export async function playCase({ name, files, commands, state, unwatched }: Case, target: Target): Promise<Transcript> {
  const home = await mkdtemp(join(tmpdir(), 'parity-'))
  const namespace = `parity-${name}`
  const bin = join(home, 'bin')
  await mkdir(bin)
  await writeFile(join(bin, 'kubectl'), `#!/bin/sh\nexec ${target.kubectl} "$@"\n`, { mode: 0o755 })
  const env = {
    PATH: [bin, process.env['PATH'] ?? ''].join(delimiter),
    HOME: home,
    KUBECONFIG: join(home, 'kubeconfig'),
    KUBERC: 'off',
    KUBECACHEDIR: join(home, 'cache'),
    LANG: 'C',
  }
  const sh = (command: string) => run(command, home, env)
  const history = historian()
  const over = new AbortController()
  try {
    await writeFile(env.KUBECONFIG, await readFile(target.kubeconfig))
    for (const [file, text] of Object.entries(files ?? {})) await writeFile(join(home, file), text)
    await must(sh(`kubectl create namespace ${namespace}`))
    await must(sh(`kubectl config set-context --current --namespace=${namespace}`))
    await must(
      sh(
        'until kubectl get serviceaccount default >/dev/null 2>&1; do sleep 0.1; done; kubectl get cm kube-root-ca.crt',
      ),
    )
    for (const path of watched) {
      const where = path.replace(/(?=\/\w+$)/, `/namespaces/${namespace}`)
      await watching(target.kubeconfig, `/${where}`, over.signal, history.see)
    }
    const said: Said[] = []
    for (const command of commands) said.push(await sh(command))
    // The watches are connections of their own.
    await wait(200)
    const items =
      state === undefined
        ? []
        : (JSON.parse((await must(sh(`kubectl get ${state} -o json`))).stdout) as { items: object[] }).items
    return { said, state: items, histories: history.histories(unwatched) }
  } finally {
    over.abort()
    await sh(`kubectl delete namespace ${namespace} --ignore-not-found`)
    await rm(home, { recursive: true, force: true })
  }
}

/** Milliseconds for one command: it waits for a state, or it has hung. */
const limit = 120_000

const run = (command: string, cwd: string, env: NodeJS.ProcessEnv) =>
  new Promise<Said>((done) => {
    const child = execFile('/bin/sh', ['-c', command], { cwd, env, timeout: limit }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 255
      done({ command, exitCode: code, stdout, stderr })
    })
    child.stdin?.end()
  })

async function must(running: Promise<Said>): Promise<Said> {
  const said = await running
  if (said.exitCode !== 0) throw new Error(`${said.command} failed: ${said.stderr}`)
  return said
}
