import type { Event, LessonEnded } from '../../../scripts/stage/events.ts'
import type { Cluster } from './cluster.ts'
import { type Options, type Result, type Tour, tour } from './tour.ts'

type Where = Pick<Cluster, 'kubeconfig'>

/** A lesson that plays unattended, its events on stdout. */
export const playing = (args: readonly string[], { kubeconfig }: Where, options: Partial<Options> = {}): Tour =>
  tour([...args, '--auto', '-o', 'json'], { kubeconfig, ...options })

export const played = (args: readonly string[], where: Where, options: Partial<Options> = {}): Promise<Result> =>
  playing(args, where, options).ended

/** `kubectl tour clean`, with what it is told. */
export const cleaned = (args: readonly string[], { kubeconfig }: Where, options: Partial<Options> = {}) =>
  tour(['clean', ...args], { kubeconfig, ...options }).ended

/** The ids of the rows with this result. */
export const rows = ({ events }: Result, result: 'proven' | 'failed' | 'told' | 'notHere'): readonly string[] =>
  events.flatMap((event) => (event.type === 'claim' && event.result === result ? [event.id] : []))

export const lessonsEnded = ({ events }: Result): readonly LessonEnded[] =>
  events.filter((event) => event.type === 'lesson' && event.state === 'ended') as readonly LessonEnded[]

/** All that the tour and kubectl said, for a message. */
export const report = ({ code, signal, stdout, stderr, events }: Result): string =>
  `exit ${code ?? signal}\n${stderr}\n${events.length === 0 ? stdout.slice(-1500) : ''}${events
    .filter(isTelling)
    .map((event) => JSON.stringify(event).slice(0, 600))
    .join('\n')}`

const isTelling = (event: Event) =>
  (event.type === 'claim' && event.result === 'failed' && event.claim !== 'not reached') ||
  (event.type === 'lesson' && event.state === 'ended') ||
  (event.type === 'step' && event.state === 'failed') ||
  (event.type === 'wait' && ['doubtful', 'failed'].includes(event.state)) ||
  event.type === 'clean'

/** Throws with all that was said where the exit code is none of these. */
export function endedWith(result: Result, ...codes: readonly number[]): void {
  if (result.code === null || !codes.includes(result.code))
    throw new Error(`exit ${codes.join(' or ')} was expected; ${report(result)}`)
}
