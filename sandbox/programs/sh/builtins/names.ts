// What a name means: type, command -v, alias.
import type { Interpreter } from '../interpreter.ts'
import type { Shell } from '../shell.ts'
import { type Builtin, options } from './builtin.ts'

const keywords = new Set('! { } case do done elif else esac fi for function if in then until while'.split(' '))

type Meaning =
  | { readonly kind: 'keyword' | 'special' | 'function' | 'builtin' }
  | { readonly kind: 'program'; readonly text: string }

/** The tables of builtins, which this file's own are part of. */
export interface Known {
  has(name: string): boolean
}

async function meaningOf(shell: Shell, known: Known, special: Known, name: string): Promise<Meaning | undefined> {
  if (keywords.has(name)) return { kind: 'keyword' }
  if (special.has(name)) return { kind: 'special' }
  if (shell.functions.has(name)) return { kind: 'function' }
  if (known.has(name)) return { kind: 'builtin' }
  const program = await findProgram(shell, name)
  return program === undefined ? undefined : { kind: 'program', text: program }
}

/** What a name would start. */
export async function findProgram(shell: Shell, name: string): Promise<string | undefined> {
  const folders = name.includes('/')
    ? ['']
    : (shell.variables.get('PATH') ?? '').split(':').map((folder) => `${folder}/`)
  const paths = folders.map((folder) => folder + name)
  for (const path of paths) {
    const { files } = shell.process
    const found = await files.mayExecute(path).catch(() => false)
    if (found && (await files.stat(path)).type === 'file') return path
  }
  return undefined
}

async function describe(shell: Shell, known: Known, special: Known, name: string): Promise<number> {
  const meaning = await meaningOf(shell, known, special, name)
  if (meaning === undefined) {
    await shell.print(`${name}: not found\n`)
    return 127
  }
  await shell.print(`${name} is ${described(meaning)}\n`)
  return 0
}

function described(meaning: Meaning): string {
  switch (meaning.kind) {
    case 'keyword':
      return 'a shell keyword'
    case 'special':
      return 'a special shell builtin'
    case 'function':
      return 'a function'
    case 'builtin':
      return 'a shell builtin'
    case 'program':
      return meaning.text
  }
}

export const typeBuiltin =
  (known: Known, special: Known): Builtin =>
  async (shell, args) => {
    let status = 0
    for (const name of args) status = (await describe(shell, known, special, name)) || status
    return status
  }

export const commandBuiltin =
  (known: Known, special: Known): Builtin =>
  async (shell, args, interpreter: Interpreter) => {
    const { given, rest } = options(args, 'pvV')
    const [name] = rest
    if (name === undefined) return 0
    if (given.has('V')) return describe(shell, known, special, name)
    if (!given.has('v')) return interpreter.command(shell, rest)
    const meaning = await meaningOf(shell, known, special, name)
    if (meaning === undefined) return 127
    await shell.print(`${'text' in meaning ? meaning.text : name}
`)
    return 0
  }
