import { execFile, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request as ask } from 'node:https'
import type { RequestOptions } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serve } from '../../../sandbox/api/server.ts'
import { SteppedClock } from '../../../sandbox/clock.ts'
import { StartError } from '../../../sandbox/contracts.ts'
import type { KubeletApi, Session } from '../../../sandbox/contracts.ts'
import { badRequest } from '../../../sandbox/refusal.ts'
import { MemoryStore } from '../../../sandbox/store/store.ts'
import type { Context } from '../../support/tests.ts'
import { namedKinds, otherNames } from './kinds.ts'

export interface Served {
  readonly url: string
  readonly token: string
  readonly stopped: () => boolean
  readonly resized: string[]
  /** With the token, unless told otherwise. */
  readonly request: (
    path: string,
    options?: RequestOptions,
    body?: Buffer,
  ) => Promise<{ code: number; text: string; headers: object }>
  readonly kubectl: (
    args: readonly string[],
    input?: string | Buffer,
  ) => Promise<{ stdout: string; stderr: string; code: number }>
  /** kubectl that stays. */
  readonly start: (args: readonly string[]) => ReturnType<typeof spawn>
}

/** The server with one Pod, whose containers know a few words: cat, say, exit, flood. */
export async function served({ defer }: Context): Promise<Served> {
  const clock = new SteppedClock(Date.now())
  const store = new MemoryStore(namedKinds, clock)
  store.write({ kind: 'namespaces', namespace: '', name: 'default' }, () => ({}))
  const spec = { containers: [{ name: 'app' }, { name: 'side' }], initContainers: [{ name: 'first' }] }
  const running = { spec: { ...spec, nodeName: 'sandbox' }, status: { phase: 'Running' } }
  store.write({ kind: 'pods', namespace: 'default', name: 'demo' }, () => running as object)
  store.write({ kind: 'pods', namespace: 'default', name: 'pending' }, () => ({ spec }) as object)
  const resized: string[] = []
  let stopped = false
  const token = 'secret-token'
  const { url, certificateAuthority, close } = await serve(
    { store, kinds: namedKinds, unmodelled: otherNames, clock, kubelet: kubelet(resized), version: 'v1.34.2+sandbox' },
    { token, onStop: () => (stopped = true) },
  )
  defer(close)
  const folder = await mkdtemp(join(tmpdir(), 'served-'))
  defer(() => rm(folder, { recursive: true }))
  const authority = Buffer.from(certificateAuthority)
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'it',
    clusters: [{ name: 'it', cluster: { server: url, 'certificate-authority-data': authority.toString('base64') } }],
    users: [{ name: 'it', user: { token } }],
    contexts: [{ name: 'it', context: { cluster: 'it', user: 'it' } }],
  }
  await writeFile(join(folder, 'kubeconfig'), JSON.stringify(config))
  const options = {
    env: { ...process.env, HOME: folder, KUBERC: 'off', KUBECONFIG: join(folder, 'kubeconfig'), KUBECACHEDIR: folder },
  }
  return {
    url,
    token,
    resized,
    stopped: () => stopped,
    request: (path, wanted = {}, body) =>
      new Promise((done, fail) => {
        const headers = { authorization: `Bearer ${token}`, ...(wanted.headers as object) }
        const sent = ask(
          `${url}${path}`,
          { ca: certificateAuthority, checkServerIdentity: () => undefined, ...wanted, headers },
          (response) => {
            const chunks: Buffer[] = []
            response.on('data', (chunk: Buffer) => chunks.push(chunk))
            response.on('end', () =>
              done({
                code: response.statusCode ?? 0,
                text: Buffer.concat(chunks).toString(),
                headers: response.headers,
              }),
            )
          },
        )
        sent.on('error', fail)
        sent.end(body)
      }),
    kubectl: (args, input) =>
      new Promise((done) => {
        const child = execFile('kubectl', args, { ...options, maxBuffer: 1 << 24 }, (error, stdout, stderr) =>
          done({ stdout, stderr, code: Number(error?.code ?? 0) }),
        )
        child.stdin?.on('error', () => {})
        child.stdin?.end(input ?? '')
      }),
    start: (args) => {
      const child = spawn('kubectl', args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
      defer(() => child.kill('SIGKILL'))
      return child
    },
  }
}

function kubelet(resized: string[]): KubeletApi {
  return {
    logs: async (_pod, container, query) => {
      if (container === 'first') throw badRequest('container "first" in pod "demo" is waiting to start: Waiting')
      return (async function* () {
        yield Buffer.from(`${JSON.stringify(query)}\n`)
      })()
    },
    exec: async (_pod, _container, { argv: [program, word] }) => session(program, word, resized),
    attach: async () => session('say', 'attached', resized),
    dial: async () => ({ ...echo(), close: () => {} }),
    forward: async (_pod, port) => {
      if (port === 99) throw new Error('nothing listens on 99')
      return { ...echo(), close: () => {} }
    },
  }
}

/** What is written comes back. */
function echo() {
  const chunks: (Uint8Array | null)[] = []
  let wake = () => {}
  return {
    write: async (data: Uint8Array | null) => {
      chunks.push(data)
      wake()
    },
    output: (async function* () {
      for (;;) {
        const chunk = chunks.shift()
        if (chunk === null) return
        if (chunk !== undefined) yield chunk
        else await new Promise<void>((done) => (wake = done))
      }
    })(),
  }
}

function session(program = '', word = '', resized: string[] = []): Session {
  const { write, output } = echo()
  const stream = async function* () {
    if (program === 'say') yield { stream: 'stdout' as const, data: Buffer.from(`${word}\n`) }
    if (program === 'exit') yield { stream: 'stderr' as const, data: Buffer.from('going\n') }
    if (program === 'flood')
      for (let at = 0; at < 64; at += 1) yield { stream: 'stdout' as const, data: Buffer.alloc(65_536, at) }
    if (program === 'cat') for await (const data of output) yield { stream: 'stdout' as const, data }
  }
  const exit =
    program === 'nosuch' ? Promise.reject<number>(notFound) : Promise.resolve(program === 'exit' ? Number(word) : 0)
  exit.catch(() => {})
  return {
    write,
    resize: (columns, rows) => resized.push(`${columns}x${rows}`),
    output: stream(),
    exit,
    close: () => {},
  }
}

const notFound = new StartError(127, 'exec: "nosuch": executable file not found in $PATH: unknown')
