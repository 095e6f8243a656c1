import { exit } from '../cluster/problem.ts'
import type { World } from './world.ts'

const codes = { SIGHUP: exit.hangup, SIGINT: exit.interrupted, SIGTERM: exit.terminated } as const

export interface Interrupt {
  readonly signal: AbortSignal
  /** The exit code of what interrupted the run; 0 when nothing did. */
  readonly exitCode: () => number
  /** What Ctrl-C does, for a keyboard that reads it as a key. */
  readonly interrupt: () => void
  /** While it is given to somebody else (the learner's shell), a Ctrl-C is theirs. */
  readonly hold: (held: boolean) => void
  readonly release: () => void
}

/** For what has nothing to put in order: an interruption leaves at once, with a sentence. */
export async function leavable<T>(world: World, sentence: string, work: () => Promise<T>): Promise<T> {
  const handlers = (Object.keys(codes) as (keyof typeof codes)[]).map((signal) => {
    const leave = () => {
      world.stderr.write(`\n${sentence}\n`)
      world.exit(codes[signal])
    }
    return [signal, leave] as const
  })
  for (const [signal, leave] of handlers) world.signals.on(signal, leave)
  return work().finally(() => {
    for (const [signal, leave] of handlers) world.signals.off(signal, leave)
  })
}

/** The first interruption lets the run clean up; the second leaves at once and says what to run. */
export function interruptible(world: World): Interrupt {
  const controller = new AbortController()
  let code = 0
  let held = false
  const on = (signal: keyof typeof codes) => {
    if (held && signal === 'SIGINT') return
    if (controller.signal.aborted) {
      world.stderr.write('Left at once. Something may be left behind: run kubectl tour clean.\n')
      world.exit(code)
    } else {
      code = codes[signal]
      world.stderr.write('\nStopping, and cleaning up first. Once more leaves at once.\n')
      controller.abort(new Error('interrupted'))
    }
  }
  const handlers = (Object.keys(codes) as (keyof typeof codes)[]).map((signal) => [signal, () => on(signal)] as const)
  for (const [signal, handler] of handlers) world.signals.on(signal, handler)
  // A reader that goes away (| head) and a terminal that closes are the same to us: nobody is listening any more.
  const closed = () => {
    if (!controller.signal.aborted) on('SIGHUP')
  }
  world.stdout.on('error', closed)
  world.stderr.on('error', () => {})
  return {
    signal: controller.signal,
    exitCode: () => code,
    interrupt: () => on('SIGINT'),
    hold: (now) => (held = now),
    release: () => {
      for (const [signal, handler] of handlers) world.signals.off(signal, handler)
      world.stdout.off('error', closed)
    },
  }
}
