import { execFile, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import type { IncomingHttpHeaders } from 'node:http'
import { request } from 'node:https'
import { dirname } from 'node:path'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import { once } from 'node:events'
import { promisify } from 'node:util'
import * as assert from 'uvu/assert'
import type { Cluster } from '../../on-cluster/support/cluster.ts'
import { sandboxCluster } from '../../on-cluster/support/sandbox.ts'
import { temporary } from '../../on-cluster/support/temporary.ts'

/** A Host of our own is not what the certificate is for. */
const checkServerIdentity = () => undefined

/** Milliseconds in which the API answers, whatever else goes on: generous, for a slow machine that runs two test files at once. */
const patience = 8000

export interface Asking {
  readonly method?: string
  /** Besides the token's. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

export interface Answered {
  readonly code: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** A sandbox as it is shipped: its own process, over HTTPS. */
export interface Shipped extends Cluster {
  readonly folder: string
  readonly token: string
  /** 127.0.0.1:PORT */
  readonly host: string
  readonly ask: (path: string, asking?: Asking) => Promise<Answered>
  /** A connection on which anything may be written. */
  readonly wire: () => Promise<TLSSocket>
  /** kubectl that goes on by itself. */
  readonly background: (...args: string[]) => ChildProcess
  /** A Pod of one container, that runs. */
  readonly pod: (name: string, container?: object, spec?: object) => Promise<void>
  /** What a script in a Pod printed, both streams. */
  readonly sh: (pod: string, script: string) => Promise<string>
  /** Asserts that kubectl and a bare request are answered. */
  readonly answers: () => Promise<void>
  readonly pid: () => Promise<number>
}

interface Kubeconfig {
  readonly clusters: readonly [{ readonly cluster: Readonly<Record<'server' | 'certificate-authority-data', string>> }]
  readonly users: readonly [{ readonly user: { readonly token: string } }]
}

export async function shipped(): Promise<Shipped> {
  const cluster = await sandboxCluster()
  const { kubeconfig, kubectl, apply, must } = cluster
  const { clusters, users } = JSON.parse(await readFile(kubeconfig, 'utf8')) as Kubeconfig
  const { server, 'certificate-authority-data': data } = clusters[0].cluster
  const { token } = users[0].user
  const { host, hostname, port } = new URL(server)
  const ca = Buffer.from(data, 'base64')
  const ask = (path: string, { method = 'GET', headers = {}, body }: Asking = {}) =>
    new Promise<Answered>((done, fail) => {
      const authorized = { authorization: `Bearer ${token}`, ...headers }
      const asked = request(
        `${server}${path}`,
        { method, ca, agent: false, headers: authorized, checkServerIdentity },
        (response) => {
          let text = ''
          response.setEncoding('utf8').on('data', (part: string) => (text += part))
          response.once('end', () => done({ code: response.statusCode ?? 0, headers: response.headers, text }))
          response.once('error', fail)
        },
      )
      asked.once('upgrade', (response, socket) => {
        socket.destroy()
        done({ code: response.statusCode ?? 0, headers: response.headers, text: '' })
      })
      asked.once('error', fail)
      asked.end(body)
    })
  const timed = async (what: string, work: () => Promise<void>) => {
    const began = performance.now()
    await work()
    const took = performance.now() - began
    assert.ok(took < patience, `${what} took ${Math.round(took)} ms`)
  }
  const container = { name: 'c', image: 'busybox:1.36', command: ['sleep', '100000'] }
  return {
    ...cluster,
    folder: dirname(kubeconfig),
    token,
    host,
    ask,
    wire: async () => {
      const options: ConnectionOptions = { host: hostname, port: Number(port), ca }
      const socket = connect(options)
      socket.on('error', () => {})
      await once(socket, 'secureConnect')
      return socket
    },
    background: (...args) =>
      spawn(cluster.ownKubectl, ['--kubeconfig', kubeconfig, ...args], {
        stdio: ['pipe', 'pipe', 'pipe'],
        env: { PATH: process.env['PATH'], KUBERC: 'off', KUBECACHEDIR: temporary('cache') },
      }),
    pod: async (name, more = {}, spec = {}) => {
      const containers = [{ ...container, ...more }]
      const metadata = { name }
      const pod = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata,
        spec: { terminationGracePeriodSeconds: 0, containers, ...spec },
      }
      await apply(JSON.stringify(pod))
      await must('wait', '--for=condition=Ready', `pod/${name}`, '--timeout=20s')
    },
    sh: async (pod, script) => {
      const { stdout, stderr } = await kubectl('exec', pod, '--', 'sh', '-c', `( ${script}\n) 2>&1`)
      return stdout + stderr.replace(/^command terminated with exit code \d+\n/, '')
    },
    answers: async () => {
      await timed('a request', async () => assert.is((await ask('/readyz')).code, 200))
      await timed('kubectl', async () => assert.match(await must('get', 'nodes'), /^sandbox +Ready /m))
    },
    pid: async () => {
      const { stdout } = await promisify(execFile)('pgrep', ['-P', String(process.pid), '-f', 'sandbox/main'])
      return Number(stdout)
    },
  }
}
