import type { ParsedScript } from 'unbash'
import { type OpenFile, OutOfMemory } from '../../../node/process.ts'
import { ShellError } from '../control.ts'
import type { Shell } from '../shell.ts'
import { syntaxMessage } from '../syntax-error.ts'
import { largest } from '../variables.ts'
import { forked } from './fork.ts'

/** $(...): what it prints, without the newlines at its end. */
export async function substituted(shell: Shell, script: ParsedScript): Promise<string> {
  const [wrong] = script.errors ?? []
  const source = script.source ?? shell.source
  if (wrong !== undefined) throw new ShellError(syntaxMessage(wrong, source))
  const [reader, writer] = shell.process.pipe()
  try {
    const work = (sub: Shell) => sub.with({ tested: 0, source }, () => sub.run.list(script.commands, true))
    const child = await forked(shell, work, { fds: new Map([...shell.process.fds, [1, writer]]) })
    writer.close()
    const output = await all(reader)
    shell.substituted = shell.status = await child.wait()
    return output.replaceAll('\0', '').replace(/\n+$/, '')
  } finally {
    reader.close()
    writer.close()
  }
}

async function all(reader: OpenFile): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for (;;) {
    const bytes = await reader.read(65_536)
    text += decoder.decode(bytes, { stream: bytes.length > 0 })
    if (bytes.length === 0) return text
    if (text.length > largest) throw new OutOfMemory()
  }
}
