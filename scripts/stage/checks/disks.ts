import type { V1PersistentVolume } from '@kubernetes/client-node'
import type { ApiObject } from '../../cluster/api.ts'
import type { Claim } from '../../cluster/journal.ts'
import type { Setting } from '../setting.ts'
import type { Check } from './check.ts'
import { verdict } from './check.ts'
import { shortId } from './pods.ts'

type Volume = V1PersistentVolume & ApiObject

const claimKind = { apiVersion: 'v1', kind: 'PersistentVolumeClaim' }
const volumeKind = { apiVersion: 'v1', kind: 'PersistentVolume' }

/** The claims of Pods that have one each, asked of the API server itself. */
export function diskChecks({ api, journal, namespace }: Setting) {
  const claimed = async (labels: string) => (await api.list<Claim>(claimKind, { namespace, labels })).items

  /** Each of these Pods uses a claim `TEMPLATE-POD`, with this label; there are no others; and each is bound to a volume that is bound to it. */
  const ownVolumes = (label: string, template: string, ...pods: readonly string[]): Check => {
    const names = pods.map((pod) => `${template}-${pod}`)
    const expected = `${names.join(', ')}, each bound to a volume of its own`
    return {
      what: expected,
      look: async () => {
        const [found, made] = await Promise.all([claimed(label), api.list<Volume>(volumeKind)])
        const seen = found.map((claim) => {
          const volume = made.items.find(({ metadata }) => metadata.name === claim.spec?.volumeName)
          const isBound = claim.status?.phase === 'Bound' && volume?.spec?.claimRef?.uid === claim.metadata.uid
          return `${claim.metadata.name} ${isBound ? `on ${shortId(volume?.metadata.name)}` : `not bound (${claim.status?.phase})`}`
        })
        const isNamedForIts = (pod: string) =>
          journal
            .pod(pod)
            ?.spec?.volumes?.some(
              ({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === `${template}-${pod}`,
            ) === true
        const strangers = pods
          .filter((pod) => !isNamedForIts(pod))
          .map((pod) => `${pod} uses no claim ${template}-${pod}`)
        const own = new Set(found.map(({ spec }) => spec?.volumeName)).size === pods.length
        const holds =
          own &&
          strangers.length === 0 &&
          !seen.some((each) => each.includes('not bound')) &&
          sameNames(found.map(nameOf), names)
        return verdict(
          holds,
          expected,
          [...seen, ...strangers].join(', ') || `no claim with ${label}`,
          'kubectl get pvc',
        )
      },
    }
  }

  /** These claims, as they once stood, are still the same objects; nobody has asked for their end, and they hang on no other object. */
  const keptClaims = (...before: readonly Claim[]): Check => {
    const expected = `${before.map(nameOf).join(', ')}: same UID, not being deleted, owned by nobody`
    return {
      what: expected,
      look: async () => {
        const now = (await api.list<Claim>(claimKind, { namespace })).items
        const wrong = before.flatMap(
          (old) =>
            fateOf(
              old,
              now.find((claim) => nameOf(claim) === nameOf(old)),
            ) ?? [],
        )
        const kept = `${before.length} claims with the UIDs they had, owned by nobody`
        return verdict(wrong.length === 0, expected, wrong.length === 0 ? kept : wrong.join(', '), 'kubectl get pvc')
      },
    }
  }

  return { ownVolumes, keptClaims }
}

const nameOf = (claim: Claim | undefined) => claim?.metadata.name ?? ''
const sameNames = (some: readonly string[], others: readonly string[]) =>
  some.toSorted().join(' ') === others.toSorted().join(' ')

/** What became of a claim that should have been left alone; undefined if nothing did. */
function fateOf(old: Claim, now: Claim | undefined): string | undefined {
  if (now === undefined) return `${nameOf(old)} is gone`
  if (now.metadata.uid !== old.metadata.uid) return `${nameOf(old)} is another claim, UID ${shortId(now.metadata.uid)}`
  if (now.metadata.deletionTimestamp !== undefined) return `${nameOf(old)} is being deleted`
  const owner = now.metadata.ownerReferences?.[0]
  return owner === undefined ? undefined : `${nameOf(old)} belongs to ${owner.kind} ${owner.name} and goes with it`
}
