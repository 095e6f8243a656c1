import type { KindFile } from '../contracts.ts'
import type { Endpoints } from '../kubernetes.ts'
import { portNumber, required } from './causes.ts'
import { defineKind } from './kind.ts'
import { ipAddress, obeys } from './names.ts'

const shown = 3

/** As many as fit, and how many more there are. */
export function firstOf(all: readonly string[], instead: string): string {
  if (all.length === 0) return instead
  const rest = all.length - shown
  return `${all.slice(0, shown).join(',')}${rest > 0 ? ` + ${rest} more...` : ''}`
}

function printed({ subsets = [] }: Endpoints): string {
  const all = subsets.flatMap(({ addresses = [], ports = [] }) =>
    ports.length === 0
      ? addresses.map(({ ip }) => ip)
      : ports.flatMap(({ port }) =>
          addresses.map(({ ip }) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`)),
        ),
  )
  return firstOf(all, '<none>')
}

export const endpoints: KindFile = defineKind<Endpoints>('endpoints', {
  cells: { Endpoints: printed },
  validate: ({ subsets = [] }) =>
    subsets.map(({ addresses = [], notReadyAddresses = [], ports = [] }, at) => [
      addresses.length + notReadyAddresses.length === 0 &&
        required(`subsets[${at}]`, 'must specify `addresses` or `notReadyAddresses`'),
      addresses.map(({ ip }, index) => {
        const wrong = obeys(`subsets[${at}].addresses[${index}].ip`, ip, ipAddress)
        // Upstream looks twice.
        return wrong.flatMap((cause) => [cause, { ...cause, message: cause.message.replace(/, \(e\.g\..*$/, '') }])
      }),
      ports.map(({ port }, index) => portNumber(`subsets[${at}].ports[${index}].port`, port)),
    ]),
})
