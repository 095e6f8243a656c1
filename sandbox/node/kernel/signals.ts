import type { Signal } from '../../contracts.ts'

/** The numbers of x86 and ARM Linux, and what happens to a process that has said nothing about it: signal(7). */
const signals: Readonly<Record<Signal, readonly [number, action: 'end' | 'ignore' | 'stop' | 'continue']>> = {
  SIGHUP: [1, 'end'],
  SIGINT: [2, 'end'],
  SIGQUIT: [3, 'end'],
  SIGKILL: [9, 'end'],
  SIGUSR1: [10, 'end'],
  SIGUSR2: [12, 'end'],
  SIGPIPE: [13, 'end'],
  SIGALRM: [14, 'end'],
  SIGTERM: [15, 'end'],
  SIGCHLD: [17, 'ignore'],
  SIGCONT: [18, 'continue'],
  SIGSTOP: [19, 'stop'],
  SIGTSTP: [20, 'stop'],
  SIGTTIN: [21, 'stop'],
  SIGTTOU: [22, 'stop'],
  SIGWINCH: [28, 'ignore'],
}

export const numberOf = (signal: Signal): number => signals[signal][0]
export const defaultAction = (signal: Signal) => signals[signal][1]
