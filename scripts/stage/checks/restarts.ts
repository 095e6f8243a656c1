import type { V1ContainerStatus } from '@kubernetes/client-node'
import { hasNativeSidecars } from '../../cluster/facts.ts'
import type { Pod } from '../../cluster/journal.ts'
import type { Setting } from '../setting.ts'
import type { Check } from './check.ts'
import { verdict } from './check.ts'
import { isReady, shortId } from './pods.ts'

/** How containers of one Pod come, go and are restarted, as the watch told it. */
export function restartChecks({ journal, facts }: Setting) {
  const historyOf = (name: string, uid: string | undefined) =>
    journal.podHistory.flatMap(({ at, object }) =>
      object.metadata.name === name && object.metadata.uid === uid ? [{ at, pod: object }] : [],
    )

  /** A container of this Pod has ended since `before` was read; it may be running again. */
  const hasEnded = (before: Pod, container: string): Check => {
    const name = before.metadata.name ?? ''
    return {
      what: `${container} has ended`,
      look: () => {
        const was = statusOf(before, container)
        const now = statusOf(journal.pod(name), container)
        const holds = now?.state?.running === undefined || now.containerID !== was?.containerID
        return verdict(holds, `${container} has ended`, `${container} is running`, `kubectl get pod ${name}`)
      },
    }
  }

  /** Since `before` was read one container was restarted, once, and is ready again; its Pod and the other containers are what they were. */
  const onlyRestarted = (before: Pod, container: string): Check => {
    const name = before.metadata.name ?? ''
    const others = (before.spec?.containers ?? []).map((each) => each.name).filter((each) => each !== container)
    const expected = `same Pod; ${container} restarted once, in a new container; ${others.join(', ')} as before`
    return {
      what: `${container} is running again`,
      look: () => {
        const pod = journal.pod(name)
        const [was, now] = [statusOf(before, container), statusOf(pod, container)]
        const isSame = pod !== undefined && pod.metadata.uid === before.metadata.uid
        const isRestarted = now?.containerID !== was?.containerID && now?.restartCount === (was?.restartCount ?? 0) + 1
        const areOthersSame = others.every((each) => {
          const [old, present] = [statusOf(before, each), statusOf(pod, each)]
          return (
            old !== undefined && old.containerID === present?.containerID && old.restartCount === present?.restartCount
          )
        })
        const started = startsOf(pod)
        const areStartsTold =
          started === undefined ||
          [container, ...others].every((each) => started(each) === (statusOf(pod, each)?.restartCount ?? 0) + 1)
        const containers = [container, ...others].map((each) => `${each}: ${changeOf(before, pod, each)}`)
        const events =
          started === undefined
            ? 'events are not visible to you'
            : `Started events: ${[container, ...others].map((each) => `${each} ${started(each)}`).join(', ')}`
        const observed = [isSame ? 'same Pod' : 'another Pod', ...containers, events, glimpseOf(before, container)]
        return verdict(
          isSame && isReady(pod) && isRestarted && areOthersSame && areStartsTold,
          expected,
          observed.join('; '),
          `kubectl describe pod ${name}`,
        )
      },
    }
  }

  /** How often the events say that a container was started; undefined where no event about this Pod can be seen. */
  const startsOf = (pod: Pod | undefined) => {
    const about = journal.events.filter(({ involvedObject }) => involvedObject.uid === pod?.metadata.uid)
    if (about.length === 0) return undefined
    return (container: string) =>
      about
        .filter(
          ({ reason, involvedObject }) =>
            reason === 'Started' && involvedObject.fieldPath === `spec.containers{${container}}`,
        )
        .reduce((sum, { count, series }) => sum + (series?.count ?? count ?? 1), 0)
  }

  /** Whether the watch saw the Pod without this container, and for how long. */
  const glimpseOf = (before: Pod, container: string) => {
    const history = historyOf(before.metadata.name ?? '', before.metadata.uid)
    const since = history.slice(
      history.findIndex(({ pod }) => pod.metadata.resourceVersion === before.metadata.resourceVersion) + 1,
    )
    const all = before.spec?.containers.length ?? 0
    const down = since.find(({ pod }) => statusOf(pod, container)?.ready === false)
    const up = since.find(
      ({ at, pod }) => down !== undefined && at >= down.at && statusOf(pod, container)?.ready === true,
    )
    if (down === undefined || up === undefined) return `READY ${all - 1}/${all} was too quick to see`
    return `READY was ${all - 1}/${all} for ${((up.at - down.at) / 1000).toFixed(1)} s`
  }

  /** A Pod has done its work. */
  const succeeded = (name: string): Check => ({
    what: `${name} has succeeded`,
    subject: `pod/${name}`,
    look: () => {
      const phase = journal.pod(name)?.status?.phase ?? 'no such Pod'
      return verdict(phase === 'Succeeded', 'Succeeded', phase, `kubectl describe pod ${name}`)
    },
  })

  /** One container ran before another was started and still ran when that had ended; both ended well and were never restarted, and so did the Pod. */
  const outlasted = (name: string, helper: string, main: string): Check => {
    const expected = `${helper} running before ${main} and after it; Succeeded, both with exit code 0 and no restart`
    return {
      what: expected,
      look: () => {
        const pod = journal.pod(name)
        const history = historyOf(name, pod?.metadata.uid).map((each) => ({
          helper: statusOf(each.pod, helper)?.state,
          main: statusOf(each.pod, main)?.state,
        }))
        const mainBegan = history.findIndex(
          (each) => each.main?.running !== undefined || each.main?.terminated !== undefined,
        )
        const wasFirst = history.slice(0, Math.max(0, mainBegan)).some((each) => each.helper?.running !== undefined)
        const wasLast = history.some(
          (each) => each.main?.terminated !== undefined && each.helper?.running !== undefined,
        )
        const ends = [helper, main].map((each) => statusOf(pod, each))
        const [helperEnd, mainEnd] = ends.map((each) => Date.parse(String(each?.state?.terminated?.finishedAt)))
        const endedLast = wasLast || (helperEnd ?? 0) > (mainEnd ?? 0)
        const areWell = ends.every((each) => each?.restartCount === 0 && each.state?.terminated?.exitCode === 0)
        const observed = [
          `${helper} was ${wasFirst ? '' : 'not '}running before ${main} began`,
          `${helper} was ${endedLast ? '' : 'not '}running when ${main} had ended`,
          pod?.status?.phase ?? 'no such Pod',
          ...[helper, main].map((each, index) => `${each} ${endOf(ends[index])}`),
        ]
        return verdict(
          wasFirst && endedLast && areWell && pod?.status?.phase === 'Succeeded',
          expected,
          observed.join('; '),
          `kubectl describe pod ${name}`,
        )
      },
    }
  }

  /** Server and nodes know init containers that go on running. */
  const nativeSidecars = () => hasNativeSidecars(facts)

  return { hasEnded, onlyRestarted, succeeded, outlasted, nativeSidecars }
}

const statusOf = (pod: Pod | undefined, container: string) =>
  [...(pod?.status?.initContainerStatuses ?? []), ...(pod?.status?.containerStatuses ?? [])].find(
    ({ name }) => name === container,
  )

const restarts = ({ restartCount = 0 }: Partial<V1ContainerStatus> = {}) =>
  `${restartCount} ${restartCount === 1 ? 'restart' : 'restarts'}`

function endOf(status: V1ContainerStatus | undefined): string {
  const code = status?.state?.terminated?.exitCode
  return `${code === undefined ? 'has not ended' : `ended with exit code ${code}`}, ${restarts(status)}`
}

function changeOf(before: Pod, after: Pod | undefined, container: string): string {
  const [was, now] = [statusOf(before, container), statusOf(after, container)]
  const id =
    was?.containerID === now?.containerID
      ? 'the same container'
      : `container ${shortId(was?.containerID)} before, ${shortId(now?.containerID)} now`
  return `${id}, ${restarts(now)}`
}
