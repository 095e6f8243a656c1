import { createHash } from 'node:crypto'
import type { Lookup } from '../contracts.ts'
import type { Service } from '../kubernetes.ts'
import { invalid } from '../refusal.ts'
import { invalidValue } from './causes.ts'

/** What the cluster hands out to Services: addresses of kind's 10.96.0.0/16 or ports of the node. */
interface Pool<T> {
  readonly size: number
  readonly at: (offset: number) => T
  readonly has: (value: T) => boolean
  readonly usedBy: (service: Service) => readonly T[]
  readonly outside: (value: T) => string
  readonly taken: (value: T) => string
}

const failed = (ip: string) => `failed to allocate IP ${ip}: `

export const addresses: Pool<string> = {
  // Upstream leaves the lowest 256 to those who ask for one of them.
  size: 65_536 - 256 - 1,
  at: (offset) => `10.96.${(offset + 256) >> 8}.${(offset + 256) & 255}`,
  has: (ip) => ip.startsWith('10.96.'),
  usedBy: ({ spec }) => spec?.clusterIPs ?? [],
  outside: (ip) =>
    `${failed(ip)}the provided IP (${ip}) is not in the valid range. The range of valid IPs is 10.96.0.0/16`,
  taken: (ip) => `${failed(ip)}provided IP is already allocated`,
}

export const nodePorts: Pool<number> = {
  size: 2768,
  at: (offset) => 30_000 + offset,
  has: (port) => port >= 30_000 && port <= 32_767,
  usedBy: ({ spec }) => (spec?.ports ?? []).flatMap(({ nodePort }) => (nodePort === undefined ? [] : [nodePort])),
  outside: () => 'provided port is not in the valid range. The range of valid ports is 30000-32767',
  taken: () => 'provided port is already allocated',
}

const used = <T>(pool: Pool<T>, { metadata }: Service, lookup: Lookup): ReadonlySet<T> =>
  new Set(
    lookup
      .list<Service>('services')
      .items.flatMap((other) => (other.metadata.uid === metadata.uid ? [] : pool.usedBy(other))),
  )

/** The same Service gets the same place to look from: names make addresses that a test can expect. */
export function free<T>(pool: Pool<T>, service: Service, lookup: Lookup, besides: readonly T[] = []): T {
  const taken = new Set([...used(pool, service, lookup), ...besides])
  const { namespace = '', name } = service.metadata
  const start = createHash('sha256').update(`${namespace}/${name}`).digest().readUInt32BE(0)
  for (let step = 0; step < pool.size; step += 1) {
    const candidate = pool.at((start + step) % pool.size)
    if (!taken.has(candidate)) return candidate
  }
  throw invalid('Service', name, [invalidValue('spec', name, 'range is full')])
}

/** Refuses what is outside of the range, or another Service's. */
export function claim<T>(pool: Pool<T>, field: string, value: T, service: Service, lookup: Lookup): void {
  const why = !pool.has(value)
    ? pool.outside(value)
    : used(pool, service, lookup).has(value)
      ? pool.taken(value)
      : undefined
  if (why === undefined) return
  throw invalid('Service', service.metadata.name, [
    invalidValue(field, typeof value === 'string' ? [value] : value, why),
  ])
}
