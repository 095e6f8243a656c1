// BusyBox's ash, and as much of Debian's sh and bash as their images' users see of them.
import type { Process, Program } from '../../node/process.ts'
import { ShellError } from './control.ts'
import { setOptions } from './builtins/variables.ts'
import { interact } from './interactive.ts'
import { Jobs } from './jobs.ts'
import { Evaluator } from './run/evaluator.ts'
import { finished } from './run/fork.ts'
import { type Flavour, Shell } from './shell.ts'
import { runFile, runInput } from './scripts.ts'

export function shell(flavour: Flavour): Program {
  return (process) => {
    const self = new Shell(process, flavour, new Jobs())
    const evaluator = new Evaluator()
    return finished(self, evaluator, () => main(self, evaluator, process))
  }
}

export const sh = shell('ash')

async function main(shell: Shell, evaluator: Evaluator, process: Process): Promise<number> {
  const [name = 'sh', ...args] = process.argv
  shell.name = name
  defaults(shell)
  const { command, rest } = await invocation(shell, args)
  if (command) {
    const [text, given, ...positional] = rest
    if (text === undefined) throw new ShellError('-c requires an argument')
    shell.name = given ?? name
    shell.positional = positional
    return evaluator.text(shell, text, true)
  }
  const [file, ...positional] = shell.options.has('stdin') ? [] : rest
  if (file !== undefined) {
    shell.positional = positional
    return runFile(shell, evaluator, file)
  }
  if (shell.options.has('stdin')) shell.positional = rest
  const terminal = process.fds.get(0)?.terminal !== undefined && process.fds.get(2)?.terminal !== undefined
  if (!shell.options.has('interactive') && !terminal) return runInput(shell, evaluator)
  shell.options.add('interactive')
  return interact(shell, evaluator)
}

/** -c, and the letters of set; -l and --login mean nothing here. */
async function invocation(
  shell: Shell,
  args: readonly string[],
): Promise<{ command: boolean; rest: readonly string[] }> {
  let command = false
  let at = 0
  for (; /^[-+]./.test(args[at] ?? ''); at += 1) {
    const arg = args[at] ?? ''
    if (arg === '--') {
      at += 1
      break
    }
    if (arg.startsWith('--')) {
      if (shell.flavour === 'bash' || arg === '--login') continue
      throw new ShellError(`illegal option -${arg.slice(1)}`)
    }
    const letters = arg.slice(1).replaceAll(/[cl]/g, '')
    if (/c/.test(arg)) command = true
    if (letters === '') continue
    const named = letters.endsWith('o') ? [args[(at += 1)] ?? ''] : []
    await setOptions(shell, [arg[0] + letters, ...named])
  }
  if (args[at] === '-') at += 1
  return { command, rest: args.slice(at) }
}

function defaults({ variables, process }: Shell): void {
  if (variables.get('PATH') === undefined) variables.set('PATH', '/sbin:/usr/sbin:/bin:/usr/bin')
  variables.set('IFS', ' \t\n', { exported: false })
  variables.set('PPID', String(process.parent), { exported: false })
  variables.set('OPTIND', '1', { exported: false })
  variables.set('PWD', process.cwd)
  variables.set('PS1', process.uid === 0 ? '\\w # ' : '\\w \\$ ')
  variables.set('PS2', '> ')
  variables.set('PS4', '+ ')
}
