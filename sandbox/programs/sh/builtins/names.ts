// What a name means: type, command -v, alias.
import type { Interpreter } from '../interpreter.ts'
import type { Shell } from '../shell.ts'
import { shellQuoted } from '../variables.ts'
import { type Builtin, options } from './builtin.ts'

const keywords = new Set('! { } case do done elif else esac fi for function if in then until while'.split(' '))

type Meaning =
  | { readonly kind: 'keyword' | 'special' | 'function' | 'builtin' }
  | { readonly kind: 'alias' | 'program'; readonly text: string }

/** The tables of builtins, which this file's own are part of. */
export interface Known {
  has(name: string): boolean
}

async function meaningOf(shell: Shell, known: Known, special: Known, name: string): Promise<Meaning | undefined> {
  const alias = shell.aliases.get(name)
  if (keywords.has(name)) return { kind: 'keyword' }
  if (alias !== undefined) return { kind: 'alias', text: alias }
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
    case 'alias':
      return `an alias for ${meaning.text}`
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
    const text = 'text' in meaning ? meaning.text : name
    await shell.print(meaning.kind === 'alias' ? `alias ${name}=${shellQuoted(text)}\n` : `${text}\n`)
    return 0
  }

export const alias: Builtin = async (shell, args) => {
  const show = ([name, text]: readonly [string, string]) => shell.print(`${name}=${shellQuoted(text)}\n`)
  if (args.length === 0)
    for (const entry of [...shell.aliases].toSorted(([a], [b]) => (a < b ? -1 : 1))) await show(entry)
  let status = 0
  for (const arg of args) {
    const at = arg.indexOf('=', 1)
    const text = shell.aliases.get(arg)
    if (at > 0) shell.aliases.set(arg.slice(0, at), arg.slice(at + 1))
    else if (text !== undefined) await show([arg, text])
    else {
      await shell.print(`alias: ${arg} not found\n`, 2)
      status = 1
    }
  }
  return status
}

export const unalias: Builtin = async (shell, args) => {
  const { given, rest } = options(args, 'a')
  if (given.has('a')) shell.aliases.clear()
  let status = 0
  for (const name of rest) {
    if (shell.aliases.delete(name)) continue
    await shell.print(`unalias: ${name} not found\n`, 2)
    status = 1
  }
  return status
}
