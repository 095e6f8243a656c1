import type { OpenFile } from '../../node/process.ts'
import { Interrupted, LoopExit, Return, ShellError } from './control.ts'
import { completionsFor } from './editor/complete.ts'
import { promptText } from './editor/prompt.ts'
import { Expander } from './expand/words.ts'
import { goOn, Lines } from './scripts.ts'
import type { Shell } from './shell.ts'
import { commandsIn } from './syntax.ts'

type Reader = (prompt: string) => Promise<{ text: string } | 'interrupted' | undefined>

/** A person at the prompt: cmdloop in shell/ash.c. */
export async function interact(shell: Shell): Promise<number> {
  const { traps, process } = shell
  const input = process.fds.get(0)
  traps.interruptedBy(2)
  // No 'ignore', which what it starts would inherit.
  for (const ignored of [3, 15]) traps.own(ignored, () => {})
  if (input?.terminal !== undefined) {
    shell.options.add('monitor')
    for (const ignored of [20, 21, 22]) traps.own(ignored, () => {})
    traps.own(17, () => shell.onChild())
    shell.terminal = input.terminal
    shell.terminal.foreground = process.group
  }
  const read = input?.terminal === undefined || shell.flavour === 'dash' ? plain(shell) : editing(shell, input)
  let text = ''
  for (;;) {
    if (text === '') await tellJobs(shell)
    const variable = shell.variables.get(text === '' ? 'PS1' : 'PS2') ?? ''
    const line = await read(await new Expander(shell).ofText(await promptText(shell, variable)))
    if (line === undefined && text === '') {
      await shell.print(shell.flavour === 'bash' ? 'exit\n' : '\n', 2)
      return shell.status
    }
    if (line === 'interrupted') {
      text = ''
      shell.status = 130
      if (traps.actions.has(2) && !traps.pending) process.kill(process.pid, 'SIGINT')
      await shell.run.pendingTraps()
      continue
    }
    text += line === undefined ? '' : `${line.text}\n`
    text = await run(shell, text, line === undefined)
  }
}

/** Runs what is complete, and gives back what is not yet. */
async function run(shell: Shell, text: string, final: boolean): Promise<string> {
  const commands = commandsIn(text, final)
  shell.traps.interrupted = false
  Object.assign(shell, { source: text, position: 0, tested: 0, loops: 0, depth: 0 })
  try {
    await shell.run.commands(commands)
    return commands.rest
  } catch (error) {
    if (error instanceof ShellError) {
      await shell.tell(error)
      shell.status = error.status
    } else if (error instanceof Interrupted) {
      await shell.print('\n', 2)
      shell.status = 130
    } else if (!(error instanceof LoopExit || error instanceof Return)) throw error
    return ''
  } finally {
    goOn(shell, commands)
  }
}

/** Jobs that have ended since the last prompt. */
async function tellJobs(shell: Shell): Promise<void> {
  for (const job of shell.jobs.all) {
    if (job.status === undefined) continue
    await shell.print(`${shell.jobs.line(job, shell.flavour)}\n`, 2)
    shell.jobs.forget(job)
  }
}

function editing(shell: Shell, input: OpenFile): Reader {
  return async (prompt) => {
    const { terminal } = input
    if (terminal === undefined) return undefined
    const desk = {
      input,
      terminal,
      show: (text: string) => shell.print(text, 2),
      history: shell.history,
      complete: (before: string) => completionsFor(shell, before),
    }
    const { readLine } = await import('./editor/read-line.ts')
    const line = await readLine(desk, prompt)
    if (typeof line === 'object' && line.text.trim() !== '' && line.text !== shell.history.at(-1)) {
      shell.history.push(line.text)
      if (shell.history.length > remembered) shell.history.shift()
    }
    return line
  }
}

/** CONFIG_FEATURE_EDITING_HISTORY */
const remembered = 256

/** Without line editing: dash, or sh -i without a terminal. */
function plain(shell: Shell): Reader {
  const lines = new Lines(shell)
  let waiting: Promise<string> | undefined
  return async (prompt) => {
    await shell.print(prompt, 2)
    shell.traps.interrupted = false
    waiting ??= lines.next()
    const line = await shell.traps.interruptible(waiting)
    if (line === undefined) {
      await shell.print('\n', 2)
      return 'interrupted'
    }
    waiting = undefined
    return line === '' ? undefined : { text: line.replace(/\n$/, '') }
  }
}
