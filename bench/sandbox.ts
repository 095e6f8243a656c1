import { readdirSync, readFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import type { Figure } from './measure.ts'
import { inTurn, median, program, root, timed } from './measure.ts'

/** The sandbox as it is shipped: its start, the lessons in it, its size, and how it bears a crowd. */
export async function sandbox(runs: number): Promise<readonly Figure[]> {
  return [await firstAnswer(), ...(await lessons(runs)), ...(await size()), await idle(), ...(await crowd())]
}

const alone = { ...process.env, KUBECONFIG: undefined, XDG_RUNTIME_DIR: undefined }

async function firstAnswer(): Promise<Figure> {
  const seconds = await inTurn(5, async () => {
    const began = performance.now()
    const { stdout } = await timed('node', [program, 'sandbox', 'start', '--export'], alone)
    const [, kubeconfig = ''] = /KUBECONFIG='?([^'\n]+)/.exec(stdout) ?? []
    await timed('kubectl', ['get', 'nodes'], {
      ...alone,
      KUBECONFIG: kubeconfig,
      KUBECACHEDIR: join(kubeconfig, '../cache'),
    })
    const took = (performance.now() - began) / 1000
    await timed('node', [program, 'sandbox', 'stop'], alone)
    return took
  })
  return {
    what: 'sandbox: first `kubectl get nodes`',
    value: median(seconds),
    atMost: 0.6,
    unit: ' s',
    note: 'from the start of the tour, its end included',
  }
}

async function lessons(runs: number): Promise<readonly Figure[]> {
  const args = ['all', '--auto', '--sandbox', '-o', 'json']
  const serial = await inTurn(runs, () => timed('node', [program, ...args], alone))
  const parallel = await inTurn(runs, () => timed('node', [program, ...args, '--parallel'], alone))
  const start = median(await inTurn(10, async () => (await timed('kubectl', ['version', '--client'])).seconds))
  const commands = serial[0]?.stdout.match(/"type":"command","lesson":"\w+","state":"ended"/g)?.length ?? 0
  const note = `${commands} kubectls, of which each takes ${(start * 1000).toFixed(0)} ms to start`
  return [
    {
      what: 'sandbox: all four with `--auto`',
      value: median(serial.map(({ seconds }) => seconds)),
      atMost: 20,
      unit: ' s',
      note,
    },
    {
      what: 'sandbox: all four with `--parallel`',
      value: median(parallel.map(({ seconds }) => seconds)),
      atMost: 10,
      unit: ' s',
      note: '',
    },
  ]
}

interface Own {
  readonly env: NodeJS.ProcessEnv
  readonly kubectl: (...args: readonly string[]) => Promise<number>
  readonly stop: () => Promise<void>
}

/** A sandbox of this process's own, and a kubectl in it that tells how many seconds it took. */
async function own(): Promise<Own> {
  const client = pathToFileURL(join(root, 'dist/sandbox/client.js')).href
  const { start } = (await import(client)) as typeof import('../sandbox/client.ts')
  const { env: pointed, stop } = await start()
  const env = { ...process.env, ...pointed }
  return { env, stop, kubectl: async (...args) => (await timed('kubectl', args, env)).seconds }
}

async function size(): Promise<readonly Figure[]> {
  const { env, stop } = await own()
  try {
    await timed('node', [program, 'all', '--auto', '--keep'], env)
    const [process_ = 0] = sandboxes()
    const postgres = childrenOf(process_)
    return [
      {
        what: 'sandbox: resident after four lessons',
        value: resident(process_),
        atMost: 160,
        unit: ' MB',
        note: 'Postgres apart',
      },
      {
        what: 'sandbox: resident, each Postgres',
        value: Math.max(0, ...postgres.map(resident)),
        atMost: 450,
        unit: ' MB',
        note: '',
      },
    ]
  } finally {
    await stop()
  }
}

async function idle(): Promise<Figure> {
  const { kubectl, stop } = await own()
  try {
    await kubectl('create', 'deployment', 'four', '--image=nginx:1.25', '--replicas=4')
    await kubectl('rollout', 'status', 'deployment', 'four')
    const [process_ = 0] = sandboxes()
    await sleep(5000) // what its start has left to compile and to collect is not idleness
    const before = ticks(process_)
    await sleep(30_000)
    const value = ((ticks(process_) - before) / 100 / 30) * 100
    return { what: 'sandbox: idle with four Pods', value, atMost: 1, unit: ' %', note: 'of a core, over 30 s' }
  } finally {
    await stop()
  }
}

async function crowd(): Promise<readonly Figure[]> {
  const { env, kubectl, stop } = await own()
  const shell = (script: string) => timed('bash', ['-ec', script], env)
  try {
    const calm = median(await inTurn(5, () => kubectl('get', 'pods')))
    await kubectl('create', 'deployment', 'many', '--image=busybox:1.36', '--replicas=0', '--', 'sleep', '3600')
    const scaled = await shell('kubectl scale deployment many --replicas=100 && kubectl rollout status deployment many')
    await kubectl('delete', 'deployment', 'many', '--wait=false')
    await shell(manyConfigMaps)
    const listed = median(await inTurn(5, () => kubectl('get', '--raw', '/api/v1/namespaces/default/configmaps')))
    await kubectl(
      'create',
      'deployment',
      'busy',
      '--image=busybox:1.36',
      '--replicas=20',
      '--',
      'sh',
      '-c',
      'while :; do :; done',
    )
    await kubectl('rollout', 'status', 'deployment', 'busy')
    const seen = await watched(env['KUBECONFIG'] ?? '')
    const beside = median(await inTurn(5, () => kubectl('get', 'pods', '-l', 'app=nosuch')))
    return [
      {
        what: 'sandbox: 0 to 100 Pods ready',
        value: scaled.seconds,
        atMost: 5,
        unit: ' s',
        note: 'two kubectls included',
      },
      { what: 'sandbox: a watch sees a write', value: seen, atMost: 10, unit: ' ms', note: 'beside 5,000 objects' },
      { what: 'sandbox: a list of 5,000 ConfigMaps', value: listed, atMost: 0.5, unit: ' s', note: 'kubectl included' },
      {
        what: 'sandbox: `kubectl get` beside 20 busy containers / beside none',
        value: beside / calm,
        atMost: 2,
        unit: '',
        note: '',
      },
    ]
  } finally {
    await stop()
  }
}

const manyConfigMaps = `for n in $(seq 5000); do printf -- '---\\napiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: crowd-%s}\\ndata: {key: "%s"}\\n' "$n" "$n"; done | kubectl create --validate=false -f - >/dev/null`

/** Milliseconds from a write's start to its event in a watch: the median of 100. */
async function watched(kubeconfig: string): Promise<number> {
  const { clusters, users } = JSON.parse(readFileSync(kubeconfig, 'utf8')) as Kubeconfig
  const { server, 'certificate-authority-data': data } = clusters[0].cluster
  const path = `${server}/api/v1/namespaces/default/configmaps`
  const options = { ca: Buffer.from(data, 'base64'), agent: new Agent({ keepAlive: true }) }
  const headers = { authorization: `Bearer ${users[0].user.token}`, 'content-type': 'application/merge-patch+json' }
  let seen: () => void = () => {}
  const watch = request(`${path}?watch=true&fieldSelector=metadata.name=crowd-1&resourceVersion=0`, {
    ...options,
    headers,
  })
  watch
    .on('response', (response) => response.on('data', () => seen()))
    .on('error', () => {})
    .end()
  const next = () => new Promise<void>((done) => (seen = done))
  await next()
  const took: number[] = []
  for (let write = 0; write < 100; write += 1) {
    const event = next()
    const began = performance.now()
    request(`${path}/crowd-1`, { ...options, headers, method: 'PATCH' }, (response) => response.resume()).end(
      JSON.stringify({ data: { write: String(write) } }),
    )
    await event
    took.push(performance.now() - began)
  }
  watch.destroy()
  return median(took)
}

interface Kubeconfig {
  readonly clusters: readonly [{ readonly cluster: Readonly<Record<'server' | 'certificate-authority-data', string>> }]
  readonly users: readonly [{ readonly user: { readonly token: string } }]
}

/** The sandboxes that this process started. */
const sandboxes = () => childrenOf(process.pid).filter((pid) => read(`/proc/${pid}/cmdline`).includes('sandbox/main'))

const childrenOf = (parent: number) =>
  readdirSync('/proc')
    .filter(
      (name) =>
        /^\d+$/.test(name) &&
        read(`/proc/${name}/stat`)
          .replace(/^.*\) /, '')
          .split(' ')[1] === String(parent),
    )
    .map(Number)

const resident = (pid: number) => Number(/VmRSS:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) / 1000

/** Of the processor, in hundredths of a second. */
function ticks(pid: number): number {
  const [, , , , , , , , , , , user, system] = read(`/proc/${pid}/stat`)
    .replace(/^.*\) /, '')
    .split(' ')
  return Number(user) + Number(system)
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
