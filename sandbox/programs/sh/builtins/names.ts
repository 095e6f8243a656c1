// What a name means: type and command.
import type { Shell } from '../shell.ts'
import { type Builtin, options } from './builtin.ts'

const keywords = new Set('! { } case do done elif else esac fi for function if in then until while'.split(' '))

/** The tables of builtins, which this file's own are part of. */
export interface Tables {
  readonly builtins: { has(name: string): boolean }
  readonly special: { has(name: string): boolean }
}

/** In type's words; a program's path. */
async function meaningOf(shell: Shell, { builtins, special }: Tables, name: string): Promise<string | undefined> {
  if (keywords.has(name)) return 'a shell keyword'
  if (special.has(name)) return 'a special shell builtin'
  if (shell.functions.has(name)) return 'a function'
  return builtins.has(name) ? 'a shell builtin' : findProgram(shell, name)
}

/** What a name would start. */
export async function findProgram(shell: Shell, name: string): Promise<string | undefined> {
  const { files } = shell.process
  const folders = (shell.variables.get('PATH') ?? '').split(':')
  for (const path of name.includes('/') ? [name] : folders.map((folder) => `${folder}/${name}`)) {
    const found = await files.mayExecute(path).catch(() => false)
    if (found && (await files.stat(path)).type === 'file') return path
  }
  return undefined
}

export const typeBuiltin =
  (tables: Tables): Builtin =>
  async (shell, names) => {
    let status = 0
    for (const name of names) {
      const meaning = await meaningOf(shell, tables, name)
      if (meaning === undefined) status = 127
      await shell.print(meaning === undefined ? `${name}: not found\n` : `${name} is ${meaning}\n`)
    }
    return status
  }

export const commandBuiltin =
  (tables: Tables): Builtin =>
  async (shell, args) => {
    const { given, rest } = options(args, 'pvV')
    const [name] = rest
    if (name === undefined) return 0
    if (given.has('V')) return typeBuiltin(tables)(shell, [name])
    if (!given.has('v')) return shell.run.command(rest)
    const meaning = await meaningOf(shell, tables, name)
    if (meaning === undefined) return 127
    await shell.print(`${meaning.startsWith('a ') ? name : meaning}\n`)
    return 0
  }
