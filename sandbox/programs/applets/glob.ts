import { compilePattern, type Pattern } from './regex.ts'

/** A file name pattern, of *, ? and brackets, for a whole name. */
export function globPattern(glob: string, ignoreCase = false): Pattern {
  const source = glob.replace(
    /\\([^])|(\[[!^]?\]?[^\]]*\])|([^])/g,
    (_, escaped?: string, set?: string, char?: string) => {
      if (set !== undefined) return set.replace(/^\[!/, '[^')
      if (char === '*') return '.*'
      if (char === '?') return '.'
      const plain = escaped ?? char ?? ''
      return /[.^$+()|{}\\[\]*?]/.test(plain) ? `\\${plain}` : plain
    },
  )
  return compilePattern(source, { extended: true, ignoreCase, whole: 'line' })
}
