import type { Signal } from '../../contracts.ts'

/** The numbers of x86 and ARM Linux. */
const numbers: Readonly<Record<Signal, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGUSR2: 12,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
  SIGCHLD: 17,
  SIGCONT: 18,
  SIGSTOP: 19,
  SIGTSTP: 20,
  SIGTTIN: 21,
  SIGTTOU: 22,
  SIGWINCH: 28,
}

export const numberOf = (signal: Signal): number => numbers[signal]

/** What a signal does to a process that has said nothing about it: signal(7). */
export function defaultAction(signal: Signal): 'end' | 'ignore' | 'stop' | 'continue' {
  switch (signal) {
    case 'SIGCHLD':
    case 'SIGWINCH':
      return 'ignore'
    case 'SIGCONT':
      return 'continue'
    case 'SIGSTOP':
    case 'SIGTSTP':
    case 'SIGTTIN':
    case 'SIGTTOU':
      return 'stop'
    case 'SIGHUP':
    case 'SIGINT':
    case 'SIGQUIT':
    case 'SIGKILL':
    case 'SIGUSR1':
    case 'SIGUSR2':
    case 'SIGPIPE':
    case 'SIGALRM':
    case 'SIGTERM':
      return 'end'
  }
}
