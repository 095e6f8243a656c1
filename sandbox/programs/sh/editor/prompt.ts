import { workingDirectory } from '../builtins/directory.ts'
import type { Shell } from '../shell.ts'

/** PS1's backslashes: libbb/lineedit.c, parse_and_put_prompt. dash has none. */
export async function promptText(shell: Shell, text: string): Promise<string> {
  if (shell.flavour === 'dash') return text
  const user = text.includes('\\u') ? await userName(shell) : ''
  const { uid, hostname } = shell.process
  const codes: Readonly<Record<string, string>> = {
    w: tilde(shell),
    u: user,
    h: hostname,
    $: uid === 0 ? '#' : '$',
    e: '\x1B',
    n: '\n',
    '[': '',
    ']': '',
  }
  return text.replaceAll(/\\(.)/g, (_all, code: string) => codes[code] ?? code)
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
