// Where commands come from: a file, or standard input.
import { Errno, type OpenFile } from '../../node/process.ts'
import { Exit, ShellError } from './control.ts'
import type { Shell } from './shell.ts'
import { largest } from './variables.ts'
import { inWordsOf } from './wording.ts'
import { type Commands, commandsIn } from './syntax.ts'

export async function runFile(shell: Shell, file: string): Promise<number> {
  const bytes = await contentOf(shell, file)
  shell.name = file
  shell.file = file
  return shell.run.text(new TextDecoder().decode(bytes), { linesBefore: 0 })
}

/** Where a command may be found: as it is, or in the folders of PATH. */
export const candidates = ({ variables }: Shell, name: string): readonly string[] =>
  name.includes('/') ? [name] : (variables.get('PATH') ?? '').split(':').map((folder) => `${folder || '.'}/${name}`)

/** What a name would start. */
export async function findProgram(shell: Shell, name: string): Promise<string | undefined> {
  const { files } = shell.process
  for (const path of candidates(shell, name)) {
    const found = await files.mayExecute(path).catch(() => false)
    if (found && (await files.stat(path)).type === 'file') return path
  }
  return undefined
}

async function contentOf(shell: Shell, file: string): Promise<Uint8Array> {
  try {
    return await shell.process.files.read(file)
  } catch (error) {
    if (!(error instanceof Errno)) throw error
    const why = `can't open '${file}': ${error.message}`
    if (shell.flavour !== 'bash') throw new ShellError(why)
    await shell.print(`${shell.name}: ${inWordsOf('bash', why)}\n`, 2)
    throw new Exit(error.code === 'ENOENT' ? 127 : 126)
  }
}

/** As ash reads it: as much as there is, so that what it runs does not find it in the same input. */
export async function runInput(shell: Shell): Promise<number> {
  const lines = new Lines(shell)
  let text = ''
  for (;;) {
    const more = await lines.next(true)
    text += more
    const final = more === ''
    const commands = commandsIn(text, final)
    shell.source = text
    await shell.run.commands(commands)
    if (final) return shell.status
    text = goOn(shell, commands)
  }
}

/** What is not yet complete, after what has been run. */
export function goOn(shell: Shell, { rest }: Commands): string {
  shell.linesBefore += shell.source.slice(0, shell.source.length - rest.length).split('\n').length - 1
  return rest
}

/** The lines of standard input. */
export class Lines {
  readonly #file: OpenFile | undefined
  readonly #decoder = new TextDecoder()
  #text = ''
  #ended = false

  constructor(shell: Shell) {
    this.#file = shell.process.fds.get(0)
  }

  /** A line with its newline, or `all` that are there; "" at the end. */
  async next(all = false): Promise<string> {
    while (!this.#ended && !this.#text.includes('\n')) {
      const bytes = (await this.#file?.read(65_536)) ?? new Uint8Array()
      this.#ended = bytes.length === 0
      this.#text += this.#decoder.decode(bytes, { stream: !this.#ended })
      if (this.#text.length > largest) throw new ShellError('out of memory')
    }
    const end = (all ? this.#text.lastIndexOf('\n') : this.#text.indexOf('\n')) + 1 || this.#text.length
    const line = this.#text.slice(0, end)
    this.#text = this.#text.slice(end)
    return line
  }
}
