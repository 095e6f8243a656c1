/** set -o's names with their letters. */
export const optionLetters = {
  errexit: 'e',
  noglob: 'f',
  ignoreeof: 'I',
  interactive: 'i',
  monitor: 'm',
  stdin: 's',
  noexec: 'n',
  xtrace: 'x',
  verbose: 'v',
  noclobber: 'C',
  allexport: 'a',
  notify: 'b',
  nounset: 'u',
  errtrace: 'E',
  vi: 'V',
  pipefail: '',
} as const

export type Option = keyof typeof optionLetters

export const optionNames = Object.keys(optionLetters) as Option[]

export const optionByLetter = (letter: string) => optionNames.find((name) => optionLetters[name] === letter)
