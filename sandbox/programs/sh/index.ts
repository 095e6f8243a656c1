// BusyBox's ash, and as much of Debian's sh and bash as their images' users see of them.
import type { Program } from '../../node/process.ts'
import { setOptions } from './builtins/variables.ts'
import { ShellError } from './control.ts'
import { interact } from './interactive.ts'
import { Evaluator } from './run/evaluator.ts'
import { finished } from './run/fork.ts'
import { runFile, runInput } from './scripts.ts'
import { Shell } from './shell.ts'
import type { Flavour } from './wording.ts'

export const shellOf =
  (flavour: Flavour): Program =>
  (process) =>
    finished(new Shell(process, flavour, (self) => new Evaluator(self)), start)

export const sh = shellOf('ash')

async function start(shell: Shell): Promise<number> {
  const { process } = shell
  const [name = 'sh', ...args] = process.argv
  shell.name = name
  defaults(shell)
  const rest = await invocation(shell, args)
  if (shell.commandString) {
    const [text, given, ...positional] = rest
    if (text === undefined) throw new ShellError('-c requires an argument')
    shell.name = given ?? name
    shell.positional = positional
    return shell.run.text(text, { last: true, linesBefore: shell.flavour === 'ash' ? -1 : 0 })
  }
  const [file, ...positional] = shell.options.has('stdin') ? [] : rest
  if (file !== undefined) {
    shell.positional = positional
    return runFile(shell, file)
  }
  shell.positional = rest
  shell.options.add('stdin')
  const terminal = process.fds.get(0)?.terminal !== undefined && process.fds.get(2)?.terminal !== undefined
  if (!shell.options.has('interactive') && !terminal) return runInput(shell)
  shell.options.add('interactive')
  return interact(shell)
}

/** -c, and the letters of set; -l and --login mean nothing here. Returns the operands. */
async function invocation(shell: Shell, args: readonly string[]): Promise<readonly string[]> {
  let at = 0
  for (; /^[-+]./.test(args[at] ?? ''); at += 1) {
    const arg = args[at] ?? ''
    if (arg === '--') return args.slice(at + 1)
    if (arg.startsWith('--')) {
      if (shell.flavour === 'bash' || arg === '--login') continue
      throw new ShellError(`illegal option ${arg.slice(0, 2)}`)
    }
    const letters = arg.slice(1).replaceAll(/[cl]/g, '')
    if (arg.includes('c')) shell.commandString = true
    if (letters === '') continue
    const named = letters.endsWith('o') ? [args[(at += 1)] ?? ''] : []
    await setOptions(shell, [arg.slice(0, 1) + letters, ...named])
  }
  return args.slice(args[at] === '-' ? at + 1 : at)
}

function defaults({ variables, process, flavour }: Shell): void {
  const own = (name: string, value: string) => variables.set(name, value, { exported: false })
  if (variables.get('PATH') === undefined) variables.set('PATH', '/sbin:/usr/sbin:/bin:/usr/bin')
  variables.set('PWD', process.cwd, { exported: true })
  if (flavour !== 'dash') variables.set('SHLVL', String((Number(variables.get('SHLVL')) || 0) + 1), { exported: true })
  own('IFS', ' \t\n')
  own('PPID', String(process.parent))
  own('PS1', prompts[flavour](process.uid))
  own('PS2', '> ')
  own('PS4', '+ ')
  if (flavour === 'ash') for (const name of ['FUNCNAME', 'LINENO']) own(name, '')
}

const prompts: Readonly<Record<Flavour, (uid: number) => string>> = {
  ash: () => '\\w \\$ ',
  dash: (uid) => (uid === 0 ? '# ' : '$ '),
  bash: () => '\\u@\\h:\\w\\$ ',
}
