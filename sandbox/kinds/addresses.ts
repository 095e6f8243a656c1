import { createHash } from 'node:crypto'
import type { Lookup } from '../contracts.ts'
import type { Service } from '../kubernetes.ts'
import { invalid } from '../refusal.ts'
import { invalidValue } from './causes.ts'

// kind's range, 10.96.0.0/16; upstream leaves the lowest 256 to those who ask for one of them.
const range = { network: '10.96', first: 256, size: 65_536 - 256 - 1 }
const nodePorts = { first: 30_000, size: 2768 }

const addressesIn = (lookup: Lookup, besides?: Service): Set<string> =>
  new Set(
    lookup
      .list<Service>('services')
      .items.filter(({ metadata }) => metadata.uid !== besides?.metadata.uid)
      .flatMap(({ spec }) => spec?.clusterIPs ?? []),
  )

// The same Service gets the same place to look from: names make addresses that a test can expect.
function start({ metadata }: Service, size: number): number {
  const digest = createHash('sha256')
    .update(`${metadata.namespace ?? ''}/${metadata.name}`)
    .digest()
  return digest.readUInt32BE(0) % size
}

function firstFree<T>(
  from: number,
  size: number,
  at: (offset: number) => T,
  taken: (candidate: T) => boolean,
): T | undefined {
  for (let step = 0; step < size; step += 1) {
    const candidate = at((from + step) % size)
    if (!taken(candidate)) return candidate
  }
  return undefined
}

export function freeAddress(service: Service, lookup: Lookup): string {
  const used = addressesIn(lookup)
  const address = (offset: number) => {
    const number = range.first + offset
    return `${range.network}.${number >> 8}.${number & 255}`
  }
  const found = firstFree(start(service, range.size), range.size, address, (candidate) => used.has(candidate))
  if (found === undefined)
    throw refusal(service, 'spec.clusterIPs', [], 'failed to allocate a serviceIP: range is full')
  return found
}

/** Refuses an address outside of the range, or another Service's. */
export function claimAddress(service: Service, address: string, lookup: Lookup): void {
  const failed = `failed to allocate IP ${address}: `
  if (!address.startsWith(`${range.network}.`))
    throw refusal(
      service,
      'spec.clusterIPs',
      [address],
      `${failed}the provided IP (${address}) is not in the valid range. The range of valid IPs is ${range.network}.0.0/16`,
    )
  if (addressesIn(lookup, service).has(address))
    throw refusal(service, 'spec.clusterIPs', [address], `${failed}provided IP is already allocated`)
}

export function freeNodePort(service: Service, lookup: Lookup, taken: readonly number[]): number {
  const used = new Set([...taken, ...portsIn(lookup, service)])
  const found = firstFree(
    start(service, nodePorts.size),
    nodePorts.size,
    (offset) => nodePorts.first + offset,
    (port) => used.has(port),
  )
  if (found === undefined)
    throw refusal(service, 'spec.ports[0].nodePort', 0, 'failed to allocate a nodePort: range is full')
  return found
}

export function claimNodePort(service: Service, at: number, port: number, lookup: Lookup): void {
  const field = `spec.ports[${at}].nodePort`
  if (port < nodePorts.first || port >= nodePorts.first + nodePorts.size)
    throw refusal(
      service,
      field,
      port,
      `provided port is not in the valid range. The range of valid ports is ${nodePorts.first}-${nodePorts.first + nodePorts.size - 1}`,
    )
  if (portsIn(lookup, service).includes(port)) throw refusal(service, field, port, 'provided port is already allocated')
}

const portsIn = (lookup: Lookup, besides: Service): number[] =>
  lookup
    .list<Service>('services')
    .items.filter(({ metadata }) => metadata.uid !== besides.metadata.uid)
    .flatMap(({ spec }) => (spec?.ports ?? []).flatMap(({ nodePort }) => (nodePort === undefined ? [] : [nodePort])))

const refusal = ({ metadata }: Service, field: string, value: unknown, why: string) =>
  invalid('Service', metadata.name, [invalidValue(field, value, why)])
