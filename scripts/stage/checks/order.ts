import { setTimeout as sleep } from 'node:timers/promises'
import type { Change, Pod } from '../../cluster/journal.ts'
import type { Setting } from '../setting.ts'
import type { Check } from './check.ts'
import { verdict } from './check.ts'
import { isReady, shortId } from './pods.ts'

/** Milliseconds by which a node's clock, which says when a Pod was Ready, may be off the API server's, which says when one was made. */
const clocksApart = 2000

/** In which order Pods came and went, as the watch told it, and who made them. */
export function orderChecks({ journal }: Setting) {
  /** Each of these Pods was made only after the one before it was Ready: by the order of watch events, and by the API's timestamps. */
  const startedInOrder = (...names: readonly string[]): Check => {
    const expected = 'each Pod made after the one before it was Ready'
    return {
      what: expected,
      look: () => {
        const history = journal.podHistory
        const starts = names.map((name) => startOf(history, name))
        const seen = pairs(starts).map(([first, next]) => {
          if (first.made === undefined || next.made === undefined)
            return `no Pod ${first.made === undefined ? first.name : next.name}`
          if (first.ready === undefined) return `${first.name} was never Ready, and ${next.name} was made`
          const early = next.made.index < first.ready.index || next.made.stamp < first.ready.stamp - clocksApart
          return early ? `${next.name} was made before ${first.name} was Ready` : undefined
        })
        const wrong = seen.filter((each) => each !== undefined)
        const right = pairs(starts).map(
          ([first, next]) => `${next.name} made ${apart(first.ready, next.made)} after ${first.name} was Ready`,
        )
        return verdict(
          wrong.length === 0,
          expected,
          (wrong.length === 0 ? right : wrong).join(', '),
          'kubectl get pods',
        )
      },
    }
  }

  /** These Pods, as they once stood, went in this order, each told to go only after the one before it was gone; the others stayed. */
  const stoppedInOrder = (left: readonly Pod[], stayed: readonly Pod[]): Check => {
    const expected = `${left.map(nameOf).join(' gone before ')} is told to go; ${stayed.map(nameOf).join(', ')} untouched`
    return {
      what: expected,
      look: () => {
        const history = journal.podHistory
        const ends = left.map((pod) => endOf(history, pod))
        const order = pairs(ends).map(([first, next]) => {
          if (first.gone === undefined) return `${first.name} is not gone`
          if (next.told === undefined) return `${next.name} was not told to go`
          return next.told.index < first.gone.index
            ? `${next.name} was told to go before ${first.name} was gone`
            : undefined
        })
        const here = ends.flatMap(({ name, gone }) => (gone === undefined ? [`${name} is not gone`] : []))
        const touched = stayed
          .filter((pod) => !stands(journal.pod(nameOf(pod)), pod))
          .map((pod) => `${nameOf(pod)} was touched`)
        const wrong = [...order.filter((each) => each !== undefined), ...here, ...touched]
        const eldest = eldestOf(history, [...left, ...stayed])
        const right = [
          ...pairs(ends).map(
            ([first, next]) =>
              `${first.name}${first.name === eldest ? ', the oldest,' : ''} was gone when ${next.name} was told to go`,
          ),
          ...stayed.map((pod) => `${nameOf(pod)} still UID ${shortId(pod.metadata.uid)}`),
        ]
        return verdict(
          wrong.length === 0,
          expected,
          (wrong.length === 0 ? right : wrong).join('; '),
          'kubectl get pods',
        )
      },
    }
  }

  /** The Pod that stands under this name now was made by the same controller as the one before it. */
  const sameOwner = (before: Pod): Check => ({
    what: 'made by the same controller',
    look: () => {
      const [old, now] = [ownerOf(before), ownerOf(journal.pod(nameOf(before)))]
      return verdict(
        old === now && old !== nobody,
        `made by ${old}`,
        `made by ${now}`,
        `kubectl get pod ${nameOf(before)} -o yaml`,
      )
    },
  })

  /** None of these Pods is there, and the last of them went at least so many seconds ago. */
  const goneFor = (seconds: number, ...names: readonly string[]): Check => {
    const there = () => names.filter((name) => journal.pod(name) !== undefined)
    const since = () =>
      Date.now() -
      Math.max(
        0,
        ...journal.podHistory
          .filter(({ type, object }) => type === 'DELETED' && names.includes(nameOf(object)))
          .map(({ at }) => at),
      )
    const expected = `${names.join(', ')} gone for ${seconds} s`
    return {
      what: expected,
      look: () => {
        const left = there()
        return verdict(
          left.length === 0 && since() >= seconds * 1000,
          expected,
          left.length === 0 ? `gone for ${(since() / 1000).toFixed(1)} s` : `${left.join(', ')} still there`,
          'kubectl get pods',
        )
      },
      settle: (signal) =>
        there().length === 0 ? sleep(seconds * 1000 - since(), undefined, { signal }) : journal.next(1000, signal),
    }
  }

  return { startedInOrder, stoppedInOrder, sameOwner, goneFor }
}

/** One moment of a Pod's life: its place in the watch, when it was seen, and what the API's own clock said. */
interface Moment {
  readonly index: number
  readonly at: number
  readonly stamp: number
}

const nameOf = ({ metadata }: Pod) => metadata.name ?? ''
const isSame = (one: Pod, other: Pod) => one.metadata.uid === other.metadata.uid
const stands = (now: Pod | undefined, before: Pod) =>
  now !== undefined && isSame(now, before) && now.metadata.deletionTimestamp === undefined

type History = readonly Change<Pod>[]

/** The first change of which this is true, and the time that its object bears. */
function moment(
  history: History,
  is: (change: Change<Pod>) => boolean,
  stampOf: (pod: Pod) => unknown = () => undefined,
): Moment | undefined {
  const index = history.findIndex(is)
  const change = history[index]
  return change === undefined ? undefined : { index, at: change.at, stamp: Date.parse(String(stampOf(change.object))) }
}

/** How the first Pod of this name came: when it was made, and when it was Ready. */
function startOf(history: History, name: string) {
  const first = history.find(({ object }) => nameOf(object) === name)?.object
  const isFirst = ({ object }: Change<Pod>) => first !== undefined && isSame(object, first)
  return {
    name,
    made: moment(history, isFirst, ({ metadata }) => metadata.creationTimestamp),
    ready: moment(
      history,
      (change) => isFirst(change) && isReady(change.object),
      (pod) => pod.status?.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime,
    ),
  }
}

/** How one Pod went: when it was told to, and when it was gone. */
const endOf = (history: History, pod: Pod) => ({
  name: nameOf(pod),
  told: moment(history, ({ object }) => isSame(object, pod) && object.metadata.deletionTimestamp !== undefined),
  gone: moment(history, ({ type, object }) => type === 'DELETED' && isSame(object, pod)),
})

/** The name of the one that the watch saw first. */
const eldestOf = (history: History, pods: readonly Pod[]) =>
  nameOf(history.find(({ object }) => pods.some((pod) => isSame(object, pod)))?.object ?? { metadata: {} })

const pairs = <T>(list: readonly T[]): readonly (readonly [T, T])[] =>
  list.flatMap((first, index) => {
    const next = list[index + 1]
    return next === undefined ? [] : [[first, next] as const]
  })

const apart = (from: Moment | undefined, to: Moment | undefined) =>
  `${(((to?.at ?? 0) - (from?.at ?? 0)) / 1000).toFixed(2)} s`

const nobody = 'nobody'

function ownerOf(pod: Pod | undefined): string {
  const owner = pod?.metadata.ownerReferences?.find(({ controller }) => controller === true)
  return owner === undefined ? nobody : `${owner.kind} ${owner.name}, UID ${shortId(owner.uid)}`
}
