import type { ParsedScript } from 'unbash'
import type { OpenFile } from '../../../node/process.ts'
import { ShellError } from '../control.ts'
import type { Interpreter } from '../interpreter.ts'
import type { Shell } from '../shell.ts'
import { syntaxMessage } from '../syntax-error.ts'
import { largest } from '../variables.ts'
import { forked } from './fork.ts'

/** $(...): what it prints, without the newlines at its end. */
export async function substituted(shell: Shell, interpreter: Interpreter, script: ParsedScript): Promise<string> {
  const [wrong] = script.errors ?? []
  const source = script.source ?? shell.source
  if (wrong !== undefined) throw new ShellError(syntaxMessage(wrong, source))
  const [reader, writer] = shell.process.pipe()
  try {
    const fds = new Map([...shell.process.fds, [1, writer] as const])
    const work = (sub: Shell) => {
      sub.tested = 0
      sub.source = source
      return interpreter.list(sub, script.commands, true)
    }
    const child = await forked(shell, interpreter, work, { fds })
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
  const parts: string[] = []
  let size = 0
  for (;;) {
    const bytes = await reader.read(65_536)
    if (bytes.length === 0) return parts.join('') + decoder.decode()
    size += bytes.length
    if (size > largest) throw new ShellError('out of memory')
    parts.push(decoder.decode(bytes, { stream: true }))
  }
}
