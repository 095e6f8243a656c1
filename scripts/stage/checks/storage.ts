import { setTimeout as sleep } from 'node:timers/promises'
import type { V1PersistentVolume, V1StorageClass } from '@kubernetes/client-node'
import type { ApiObject } from '../../cluster/api.ts'
import type { Claim, ClusterEvent, Pod } from '../../cluster/journal.ts'
import type { Setting } from '../setting.ts'
import type { Check } from './check.ts'
import { verdict } from './check.ts'
import { shortId } from './pods.ts'

type Volume = V1PersistentVolume & ApiObject
type Class = V1StorageClass & ApiObject

const classKind = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass' }
const claimKind = { apiVersion: 'v1', kind: 'PersistentVolumeClaim' }
const volumeKind = { apiVersion: 'v1', kind: 'PersistentVolume' }

/** StorageClasses, claims, and the volumes behind them. */
export function storageChecks({ api, journal, namespace, facts }: Setting) {
  const claimNow = (name: string) => api.find<Claim>({ ...claimKind, name, namespace })

  /** The volumes that say they belong to one of these claims, bound or released. */
  const volumesOf = async (claims: readonly (Claim | undefined)[]): Promise<readonly Volume[]> => {
    const uids = claims.flatMap((claim) => claim?.metadata.uid ?? [])
    const { items } = await api.list<Volume>(volumeKind)
    return items.filter(({ spec }) => spec?.claimRef?.uid !== undefined && uids.includes(spec.claimRef.uid))
  }

  /** What the cluster said for this reason about the claim that has this name now. */
  const eventOn = (name: string, reason: string): ClusterEvent | undefined => {
    const uid = journal.claim(name)?.metadata.uid
    return uid === undefined
      ? undefined
      : journal.events.find((event) => event.involvedObject.uid === uid && event.reason === reason)
  }

  const bindingOf = async (claim: Claim | undefined): Promise<string> => {
    const name = claim?.spec?.storageClassName
    if (name === undefined) return 'no class'
    return bindingIn(await api.get<Class>({ ...classKind, name }))
  }

  /** There is a default StorageClass that makes volumes. Of several, the newest is the one that counts. */
  const defaultClass = (): Check => ({
    what: 'a default StorageClass',
    look: async () => {
      const { items } = await api.list<Class>(classKind)
      const [found] = items
        .filter(({ metadata }) => metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true')
        .toSorted((one, other) => instant(other) - instant(one))
      const makes = found !== undefined && found.provisioner !== 'kubernetes.io/no-provisioner'
      const observed =
        found === undefined
          ? `none of ${items.length} classes is the default`
          : `${bindingIn(found)}; ${found.provisioner} makes its volumes`
      return verdict(
        makes,
        'a default class with a provisioner and a binding mode',
        observed,
        'kubectl get storageclass',
      )
    },
  })

  /** The cluster has decided about a claim: it is Bound, or is said to wait for a Pod. Where events are hidden, a claim that may wait is not waited for. */
  const answered = (name: string): Check => ({
    what: facts.storageClass?.binding === 'Immediate' ? `${name} is Bound` : `the cluster has answered ${name}`,
    subject: `persistentvolumeclaim/${name}`,
    look: () => {
      const phase = journal.claim(name)?.status?.phase
      const saysSo = eventOn(name, 'WaitForFirstConsumer') !== undefined
      const mayWait = !journal.seesEvents && phase !== undefined && facts.storageClass?.binding !== 'Immediate'
      return verdict(
        saysSo || mayWait || phase === 'Bound',
        `${name} is Bound, or waits for a Pod`,
        phase ?? `no claim ${name}`,
        `kubectl describe pvc ${name}`,
      )
    },
  })

  /** A class that binds on first use was asked, has said that it waits, and still no volume was made: looked at in this order. */
  const waitsForPod = (name: string): Check => ({
    what: `${name} is Pending`,
    look: async () => {
      const said = eventOn(name, 'WaitForFirstConsumer')
      const claim = await claimNow(name)
      const [binding, volumes] = await Promise.all([bindingOf(claim), facts.maySee.volumes ? volumesOf([claim]) : []])
      const { phase = 'no such claim' } = claim?.status ?? {}
      const volume = claim?.spec?.volumeName ?? volumes[0]?.metadata.name
      const holds =
        said !== undefined &&
        said.involvedObject.uid === claim?.metadata.uid &&
        binding.includes(onFirstUse) &&
        phase === 'Pending' &&
        volume === undefined
      const observed = `${phase}, ${volume === undefined ? 'no volume' : `volume ${volume}`}; ${binding}`
      return verdict(
        holds,
        `Pending, no volume; its class ${onFirstUse}`,
        said === undefined ? `${observed}; nothing said about a first consumer` : observed,
        `kubectl describe pvc ${name}`,
      )
    },
  })

  /** A class that does not wait, and a claim that is Bound before any Pod uses it. */
  const boundAtOnce = (name: string): Check => ({
    what: `${name} is Bound`,
    look: async () => {
      const claim = await claimNow(name)
      const binding = await bindingOf(claim)
      const user = journal.pods.find((pod) => uses(pod, name))
      const { phase = 'no such claim' } = claim?.status ?? {}
      const observed = `${phase}, ${user === undefined ? 'no Pod uses it' : `used by ${user.metadata.name}`}; ${binding}`
      return verdict(
        phase === 'Bound' && user === undefined && binding.includes(atOnce),
        `Bound, no Pod uses it; its class ${atOnce}`,
        observed,
        `kubectl describe pvc ${name}`,
      )
    },
  })

  /** The events on a claim say that it waits for its first consumer. */
  const saysItWaits = (name: string): Check => ({
    what: `an event on ${name}`,
    look: () => {
      const said = eventOn(name, 'WaitForFirstConsumer')
      const others = journal.events
        .filter(({ involvedObject }) => involvedObject.name === name)
        .map(({ reason }) => reason)
      const observed =
        said === undefined ? `events on ${name}: ${others.join(', ') || 'none'}` : `${said.reason}: ${said.message}`
      return verdict(
        said?.message?.includes('first consumer') === true,
        `an event on ${name}: it waits for its first consumer`,
        observed,
        `kubectl describe pvc ${name}`,
      )
    },
  })

  /** A claim is Bound to a volume that did not lie about, but was made for it, by the provisioner of its class. */
  const boundToItsOwn = (name: string): Check => ({
    what: `${name} is Bound to a volume of its own`,
    look: async () => {
      const claim = await claimNow(name)
      const volume =
        claim?.spec?.volumeName === undefined
          ? undefined
          : await api.find<Volume>({ ...volumeKind, name: claim.spec.volumeName })
      const provisioner =
        facts.storageClass?.provisioner ??
        claim?.metadata.annotations?.['volume.kubernetes.io/storage-provisioner'] ??
        'a provisioner'
      const expected = `Bound; its volume made by ${provisioner}, after the claim and for it`
      const lookAt = `kubectl describe pvc ${name}`
      if (claim === undefined || volume === undefined)
        return verdict(false, expected, `${claim?.status?.phase ?? `no claim ${name}`}, no volume`, lookAt)
      const maker = volume.metadata.annotations?.['pv.kubernetes.io/provisioned-by']
      const isFor = volume.spec?.claimRef?.uid === claim.metadata.uid
      const later = instant(volume) >= instant(claim)
      const observed = [
        `${claim.status?.phase}: ${volume.metadata.name} of ${volume.spec?.capacity?.['storage']}`,
        maker === undefined ? 'made by hand' : `made by ${maker}`,
        later ? 'after the claim' : 'before the claim',
        isFor ? `for UID ${shortId(claim.metadata.uid)}` : 'for another claim',
      ].join(', ')
      return verdict(
        claim.status?.phase === 'Bound' && maker === provisioner && isFor && later,
        expected,
        observed,
        lookAt,
      )
    },
  })

  /** A Pod uses a claim that is the one it was before, with the volume it had. */
  const sameVolume = (before: Claim, user: Pod): Check => ({
    what: 'the same claim and volume',
    look: () => {
      const name = before.metadata.name ?? ''
      if (!uses(user, name))
        return verdict(
          false,
          `${user.metadata.name} uses ${name}`,
          `${user.metadata.name} does not use ${name}`,
          `kubectl describe pod ${user.metadata.name}`,
        )
      const after = journal.claim(name)
      const isSame = after?.metadata.uid === before.metadata.uid && after?.spec?.volumeName === before.spec?.volumeName
      const holds = isSame && before.spec?.volumeName !== undefined
      const now = after === undefined ? `no claim ${name}` : diskOf(after)
      return verdict(holds, diskOf(before), now, `kubectl get pvc ${name}`)
    },
  })

  /** Nothing is left of these claims: no claim of their names or UIDs, and no volume made for them. */
  const released = (...claims: readonly Claim[]): Check => {
    const names = claims.map(({ metadata }) => metadata.name ?? '')
    const expected = `no claim ${names.join(' or ')}, no volume made for one`
    return {
      what: `the volumes of ${names.join(' and ')} are gone`,
      // Volumes are in no namespace, and so not in the journal.
      settle: (signal) => sleep(200, undefined, { signal }),
      look: async () => {
        const [{ items }, volumes] = await Promise.all([api.list<Claim>(claimKind, { namespace }), volumesOf(claims)])
        const isOne = ({ metadata }: Claim) =>
          claims.some((claim) => claim.metadata.name === metadata.name || claim.metadata.uid === metadata.uid)
        const left = [
          ...items
            .filter(isOne)
            .map(
              ({ metadata, status }) =>
                `claim ${metadata.name} (${metadata.deletionTimestamp === undefined ? status?.phase : 'Terminating'})`,
            ),
          ...volumes.map(({ metadata, status }) => `volume ${metadata.name} (${status?.phase})`),
        ]
        return verdict(
          left.length === 0,
          expected,
          left.length === 0 ? expected : `still there: ${left.join(', ')}`,
          'kubectl get pvc,pv',
        )
      },
    }
  }

  return { defaultClass, answered, waitsForPod, boundAtOnce, saysItWaits, boundToItsOwn, sameVolume, released }
}

const onFirstUse = 'binds on first use (WaitForFirstConsumer)'
const atOnce = 'binds at once (Immediate)'

const bindingIn = ({ metadata, volumeBindingMode }: Class) =>
  `class ${metadata.name} ${volumeBindingMode === 'WaitForFirstConsumer' ? onFirstUse : atOnce}`

const uses = ({ spec }: Pod, claim: string) =>
  spec?.volumes?.some(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === claim) === true

const diskOf = ({ metadata, spec }: Claim) =>
  `${metadata.name} UID ${shortId(metadata.uid)} on volume ${shortId(spec?.volumeName)}`

/** When an object was made, in whole seconds as the API has it. */
const instant = ({ metadata }: ApiObject) => new Date(metadata.creationTimestamp ?? Number.NaN).getTime()
