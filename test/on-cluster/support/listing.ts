import { setTimeout as sleep } from 'node:timers/promises'

type Must = (...args: string[]) => Promise<string>

/** A line for each object: kind, namespace/name, UID. Sorted. */
export type Listing = readonly string[]

// They come and go by themselves, or have no identity.
const noise = /^(events(\.events\.k8s\.io)?|componentstatuses|leases\..*|leasecandidates\..*|.*\.metrics\.k8s\.io)$/

const columns =
  'jsonpath={range .items[*]}{.kind}.{.apiVersion} {.metadata.namespace}/{.metadata.name} {.metadata.uid}{"\\n"}{end}'

export async function listingOf(must: Must, seconds = 30): Promise<Listing> {
  const end = Date.now() + seconds * 1000
  for (;;) {
    try {
      const kinds = (await must('api-resources', '--verbs=list', '-o', 'name')).trim().split('\n')
      const wanted = kinds.filter((kind) => !noise.test(kind))
      return (await must('get', wanted.join(','), '-A', '-o', columns)).trim().split('\n').toSorted()
    } catch (error) {
      // A part of the API that is not there for a moment would be missing from the listing: ask again.
      if (Date.now() > end) throw error
      await sleep(500)
    }
  }
}

export async function unchanged(must: Must, before: Listing, seconds = 30): Promise<void> {
  const end = Date.now() + seconds * 1000
  for (;;) {
    const now = await listingOf(must)
    const changes = [
      ...now.filter((line) => !before.includes(line)).map((line) => `left behind  ${line}`),
      ...before.filter((line) => !now.includes(line)).map((line) => `missing      ${line}`),
    ]
    if (changes.length === 0) return
    if (Date.now() > end) throw new Error(`the cluster is not as it was:\n${changes.join('\n')}`)
    await sleep(500)
  }
}
