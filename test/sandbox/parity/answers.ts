import { readFile } from 'node:fs/promises'
import { Agent, request } from 'node:https'
import { parse } from 'yaml'
import { facts } from '../../../sandbox/facts/index.ts'
import type { Json, JsonObject } from '../../../sandbox/schema/json.ts'
import { changed, type Made, made, type Manifest, manifests } from './generated.ts'
import { anything, renamer } from './normal.ts'

/** What an API server said to each body: its code alone where it was accepted, else also reason, message and causes. */
export type Answers = Readonly<Record<string, string>>

const namespace = 'parity-generated'

/** Sends them all, with dryRun; the objects that updates are tried on are really made, and taken away. */
export async function answersOf(kubeconfig: string): Promise<Answers> {
  const ask = asker(await accessTo(kubeconfig))
  const own = `/api/v1/namespaces/${namespace}`
  try {
    await ask('POST', '/api/v1/namespaces', { metadata: { name: namespace } })
    while ((await ask('GET', `${own}/serviceaccounts/default`)).code === 404);
    const live = new Map<string, JsonObject>()
    for (const each of manifests.filter(({ kind }) => kind !== 'Node')) {
      const { code, body } = await ask('POST', pathOf(each), each)
      if (code !== 201) throw new Error(`${each.kind}: ${code} ${JSON.stringify(body)}`)
      live.set(each.kind, body)
    }
    const answers: [string, string][] = []
    for (const each of made) {
      const { path, body } = sent(each, live.get(each.of.kind))
      answers.push([each.id, told(await ask(each.verb === 'create' ? 'POST' : 'PUT', path, body))])
    }
    return Object.fromEntries(answers)
  } finally {
    for (const each of manifests.filter(({ metadata }) => metadata.name === 'parity-made'))
      await ask('DELETE', `${pathOf(each)}/${each.metadata.name}`)
    await ask('DELETE', own)
    while ((await ask('GET', own)).code !== 404);
  }
}

function sent({ verb, of, change }: Made, live: JsonObject = {}): { path: string; body: Json } {
  const strict = '?dryRun=All&fieldValidation=Strict'
  if (verb === 'create') {
    const body = changed({ ...of, metadata: { ...of.metadata, name: `${of.metadata.name}-2` } }, change) ?? null
    return { path: `${pathOf(of)}${strict}`, body }
  }
  const { metadata, ...others } = live as Manifest
  const { resourceVersion: _version, managedFields: _fields, ...kept } = metadata
  const body = changed({ ...others, metadata: kept }, change) ?? null
  return { path: `${pathOf(of)}/${of.metadata.name}${strict}`, body }
}

function pathOf({ apiVersion, kind }: Manifest): string {
  const [group = '', version = group] = apiVersion.split('/')
  const names = facts.discovery.find(
    (each) => each.kind === kind && each.version === version && each.group === (group === version ? '' : group),
  )
  const root = apiVersion.includes('/') ? 'apis' : 'api'
  return `/${root}/${apiVersion}/${names?.namespaced ? `namespaces/${namespace}/` : ''}${names?.plural}`
}

interface Answer {
  readonly code: number
  readonly body: JsonObject
}

interface Refused {
  readonly reason?: string
  readonly message?: string
  readonly details?: { readonly causes?: readonly Readonly<Record<string, string>>[] }
}

function told({ code, body }: Answer): string {
  if (code < 300) return String(code)
  const { reason, message = '', details } = body as Refused
  const causes = (details?.causes ?? []).map(
    (cause) =>
      `${cause['reason']} ${cause['field']}${message.includes(cause['message'] ?? '') ? '' : `: ${cause['message']}`}`,
  )
  return renamer()([code, reason, message, ...causes].map(withoutDiff).join('\n'))
}

/** What a change of a Pod's spec is refused with ends in a comparison of Go structs that the sandbox does not have. */
const withoutDiff = (text: unknown) => String(text).replace(/\n@@ [\s\S]*?\n(?=\n?(?:, |\]|$))\n?/, '')

type Access = Readonly<Record<'server' | 'ca' | 'token' | 'cert' | 'key', string | undefined>>

interface Kubeconfig {
  readonly clusters: readonly [{ readonly cluster: Readonly<Record<string, string>> }]
  readonly users: readonly [{ readonly user: Readonly<Record<string, string>> }]
}

async function accessTo(kubeconfig: string): Promise<Access> {
  const { clusters, users } = parse(await readFile(kubeconfig, 'utf8')) as Kubeconfig
  const [{ cluster }, { user }] = [clusters[0], users[0]]
  const decoded = (data = '') => (data === '' ? undefined : Buffer.from(data, 'base64').toString())
  return {
    server: cluster['server'],
    ca: decoded(cluster['certificate-authority-data']),
    token: user['token'],
    cert: decoded(user['client-certificate-data']),
    key: decoded(user['client-key-data']),
  }
}

function asker({ server, ca, token, cert, key }: Access) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const headers = {
    'content-type': 'application/json',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  }
  return (method: string, path: string, body?: Json) =>
    new Promise<Answer>((done, fail) => {
      const asked = request(`${server}${path}`, { method, agent, ca, cert, key, headers }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString()
          done({ code: response.statusCode ?? 0, body: JSON.parse(text) as JsonObject })
        })
      })
      asked.on('error', fail)
      asked.end(body === undefined ? undefined : JSON.stringify(body))
    })
}

const goTypes = "Go's names of string types are not known"

/** What differs though it should not, and why: none of it may have come to be equal. */
const known: ReadonlyMap<string, string> = new Map([
  ['Pod create spec.containers.0.ports.0.protocol of the wrong type', goTypes],
  ['Pod create spec.containers.0.securityContext.capabilities.drop of the wrong type', goTypes],
  ['Service create spec.ports.0.protocol of the wrong type', goTypes],
  ['PersistentVolume create spec.persistentVolumeReclaimPolicy of the wrong type', goTypes],
  ['Deployment create spec.strategy.type of the wrong type', goTypes],
  ['Deployment create spec.template.spec.restartPolicy of the wrong type', goTypes],
  ['ReplicaSet create spec.selector.matchExpressions.0.operator bad', "a selector's fields are told in another order"],
  ['StatefulSet create spec.template.spec.hostname bad', 'a template is held to all that a Pod is held to'],
])

/** How answers differ from those recorded, one line each. */
export function answersDiffer(recorded: Answers, now: Answers, isSandbox: boolean): readonly string[] {
  return [...new Set([...Object.keys(recorded), ...Object.keys(now)])].flatMap((id) => {
    const same = recorded[id] === anything || recorded[id] === now[id]
    if (isSandbox && known.has(id)) return same ? [`${id}\n  is known to differ, and does not`] : []
    return same ? [] : [`${id}\n  recorded: ${recorded[id]}\n  seen:     ${now[id]}`]
  })
}
