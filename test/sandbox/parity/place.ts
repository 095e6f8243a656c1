import { setTimeout as wait } from 'node:timers/promises'
import { facts } from '../../../sandbox/facts/index.ts'
import type { Ask } from './asking.ts'
import { type Manifest, manifests } from './generated.ts'

/** Where objects of a manifest's kind are. */
export function pathOf({ apiVersion, kind }: Manifest, namespace: string): string {
  const [group = '', version = group] = apiVersion.split('/')
  const names = facts.discovery.find(
    (each) => each.kind === kind && each.version === version && each.group === (group === version ? '' : group),
  )
  const root = apiVersion.includes('/') ? 'apis' : 'api'
  return `/${root}/${apiVersion}/${names?.namespaced ? `namespaces/${namespace}/` : ''}${names?.plural}`
}

/** Works in a new namespace, which goes afterwards, and with it what was made of the manifests that belong to none. */
export async function inNamespace<T>(ask: Ask, namespace: string, work: () => Promise<T>): Promise<T> {
  const own = `/api/v1/namespaces/${namespace}`
  const until = async (code: number, path: string) => {
    while ((await ask({ method: 'GET', path })).code !== code) await wait(50)
  }
  try {
    await ask({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: namespace } } })
    await until(200, `${own}/serviceaccounts/default`)
    return await work()
  } finally {
    for (const each of manifests.filter(({ metadata }) => metadata.name === 'parity-made'))
      for (const suffix of ['', '-2'])
        await ask({ method: 'DELETE', path: `${pathOf(each, namespace)}/parity-made${suffix}` })
    await ask({ method: 'DELETE', path: own })
    await until(404, own)
  }
}
