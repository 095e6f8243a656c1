import type { Child } from '../../node/process.ts'
import { endedBy } from './signals.ts'
import type { Flavour } from './wording.ts'

export interface Job {
  readonly number: number
  readonly pids: readonly number[]
  readonly text: string
  /** undefined while it runs. */
  status: number | undefined
  /** What ended its last process, or 0. */
  signal: number
  /** The statuses of all its processes. */
  readonly ended: Promise<readonly number[]>
  /** Its status has been asked for. */
  waited: boolean
  /** By ^Z. */
  stopped: boolean
}

/** More that have ended, or run, than a person could look at. */
const kept = 1000

/** What runs beside the shell. */
export class Jobs {
  #all: Job[] = []

  /** `shell` has to end as well when a wait rejects, so that nobody misses it here. */
  add(children: readonly Child[], text: string): Job {
    this.#all = this.#all.filter((job) => !job.waited).slice(-kept)
    const job: Job = {
      number: Math.max(0, ...this.#all.map(({ number }) => number)) + 1,
      pids: children.map(({ pid }) => pid),
      text,
      status: undefined,
      signal: 0,
      ended: Promise.all(children.map((child) => child.wait())),
      waited: false,
      stopped: false,
    }
    const end = (statuses: readonly number[]) => {
      job.status = statuses.at(-1) ?? 0
      job.signal = children.at(-1)?.signal ?? 0
    }
    job.ended.then(end, () => {})
    this.#all.push(job)
    return job
  }

  get all(): readonly Job[] {
    return this.#all
  }

  forget(job: Job): void {
    this.#all = this.#all.filter((other) => other !== job)
  }

  /** %1, %%, %+, %-, %name, or a pid. */
  find(spec: string): Job | undefined {
    if (!spec.startsWith('%')) return this.#all.find(({ pids }) => pids.includes(Number(spec)))
    const rest = spec.slice(1)
    if (['', '%', '+'].includes(rest)) return this.#all.at(-1)
    if (rest === '-') return this.#all.at(-2) ?? this.#all.at(-1)
    return this.#all.find(({ number, text }) => (/^\d+$/.test(rest) ? number === Number(rest) : text.startsWith(rest)))
  }

  /** As jobs prints it: showjob in shell/ash.c, pretty_print_job in bash's jobs.c. */
  line(job: Job, flavour: Flavour, withPid = false): string {
    const mark = job === this.#all.at(-1) ? '+' : job === this.#all.at(-2) ? '-' : ' '
    const start = flavour === 'dash' ? `[${job.number}] ${mark} ` : `[${job.number}]${mark}  `
    const state = `${withPid ? `${job.pids[0]} ` : ''}${stateOf(job)}`
    if (flavour === 'bash') return `${start}${state.padEnd(24)}${job.text}${state.endsWith('Running') ? ' &' : ''}`
    return `${start}${state.padEnd(Math.max(27, state.length + 1))}${job.text}`
  }
}

function stateOf({ status, signal, stopped }: Job): string {
  if (stopped) return 'Stopped'
  if (status === undefined) return 'Running'
  if (signal !== 0) return endedBy(signal) ?? `Signal ${signal}`
  return status === 0 ? 'Done' : `Done(${status})`
}
