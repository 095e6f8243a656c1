import { workingDirectory } from '../builtins/directory.ts'
import type { Shell } from '../shell.ts'

/** PS1's backslashes: libbb/lineedit.c, parse_and_put_prompt. dash has none. */
export async function promptText(shell: Shell, text: string): Promise<string> {
  if (shell.flavour === 'dash') return text
  const user = text.includes('\\u') ? await userName(shell) : ''
  return text.replaceAll(/\\([0-7]{1,3}|.)/g, (_all, code: string) => {
    if (/^[0-7]/.test(code)) return String.fromCodePoint(parseInt(code, 8))
    switch (code) {
      case 'w':
        return tilde(shell)
      case 'W':
        return tilde(shell).replace(/^.*\/(?=.)/, '')
      case 'u':
        return user
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

async function userName({ process }: Shell): Promise<string> {
  const accounts = await process.files.read('/etc/passwd').then(
    (bytes) => new TextDecoder().decode(bytes),
    () => '',
  )
  const entry = accounts.split('\n').find((line) => line.split(':')[2] === String(process.uid))
  return entry?.split(':')[0] ?? 'I have no name!'
}

function tilde(shell: Shell): string {
  const home = shell.variables.get('HOME')
  const path = workingDirectory(shell)
  if (home === undefined || home.length < 2 || (path !== home && !path.startsWith(`${home}/`))) return path
  return `~${path.slice(home.length)}`
}
