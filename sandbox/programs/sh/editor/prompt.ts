import { workingDirectory } from '../builtins/directory.ts'
import type { Shell } from '../shell.ts'

/** PS1's backslashes: libbb/lineedit.c, parse_and_put_prompt. dash has none. */
export function promptText(shell: Shell, text: string): string {
  if (shell.flavour === 'dash') return text
  return text.replaceAll(/\\([0-7]{1,3}|.)/g, (_all, code: string) => {
    if (/^[0-7]/.test(code)) return String.fromCodePoint(parseInt(code, 8))
    switch (code) {
      case 'w':
        return tilde(shell)
      case 'W':
        return tilde(shell).replace(/^.*\/(?=.)/, '')
      case 'u':
        return shell.process.uid === 0 ? 'root' : (shell.variables.get('USER') ?? 'I have no name!')
      case 'h':
        return shell.process.hostname.split('.')[0] ?? ''
      case 'H':
        return shell.process.hostname
      case '$':
        return shell.process.uid === 0 ? '#' : '$'
      case 'e':
        return '\x1B'
      case 'n':
        return '\n'
      case 's':
        return shell.name
      case '[':
      case ']':
        return ''
      default:
        return code
    }
  })
}

function tilde(shell: Shell): string {
  const home = shell.variables.get('HOME')
  const path = workingDirectory(shell)
  if (home === undefined || home.length < 2 || (path !== home && !path.startsWith(`${home}/`))) return path
  return `~${path.slice(home.length)}`
}
