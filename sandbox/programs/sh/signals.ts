import type { Signal } from '../../contracts.ts'

/** signal(7) on x86 and ARM, from 1 on; "" for those that nothing here sends. */
const names =
  'HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH POLL PWR SYS'

/** By number: signalNames[9] is KILL. */
export const signalNames: readonly string[] = ['EXIT', ...names.split(' ')]

/** By number or by name, with or without SIG, in any case. */
export function signalNumber(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text) < signalNames.length ? Number(text) : undefined
  const index = signalNames.indexOf(text.toUpperCase().replace(/^SIG/, ''))
  return index < 0 ? undefined : index
}

/** As the kernel knows it. */
export const signalOf = (number: number) => `SIG${signalNames[number] ?? ''}` as Signal

/** glibc's strsignal, which a shell prints when a signal has ended what it ran. */
const words: Readonly<Record<string, string>> = {
  HUP: 'Hangup',
  QUIT: 'Quit',
  ILL: 'Illegal instruction',
  TRAP: 'Trace/breakpoint trap',
  ABRT: 'Aborted',
  BUS: 'Bus error',
  FPE: 'Floating point exception',
  KILL: 'Killed',
  USR1: 'User defined signal 1',
  SEGV: 'Segmentation fault',
  USR2: 'User defined signal 2',
  ALRM: 'Alarm clock',
  TERM: 'Terminated',
}

/** Nothing for INT and PIPE, which are nobody's business. */
export const endedBy = (number: number) => words[signalNames[number] ?? '']
