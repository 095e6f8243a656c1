import { type Command, parse, type Statement } from 'unbash'
import type { Shell } from '../shell.ts'

// What the text of an alias became, so that it is not replaced once more by itself: alias ls='ls -l'.
const replaced = new WeakMap<object, ReadonlySet<string>>()

/** What to run instead of a command whose name is an alias: its text, with the command's own words behind. */
export function withAlias(shell: Shell, node: Command): readonly Statement[] | undefined {
  const { name } = node
  if (shell.aliases.size === 0 || name === undefined || name.parts !== undefined || name.text !== name.value)
    return undefined
  const text = shell.aliases.get(name.value)
  const before = replaced.get(node) ?? new Set()
  if (text === undefined || before.has(name.value)) return undefined
  const statements = [...parse(text).commands]
  const end = statements.pop()
  if (end === undefined) return []
  const { command } = end
  if (command.type !== 'Command') return [...statements, end]
  const longer: Command = {
    ...command,
    type: 'Command',
    pos: node.pos,
    end: node.end,
    name: command.name,
    prefix: [...node.prefix, ...command.prefix],
    suffix: [...command.suffix, ...node.suffix],
    args: [...command.args, ...node.args],
    redirects: [...node.redirects, ...command.redirects],
  }
  replaced.set(longer, new Set([...before, name.value]))
  return [...statements, { ...end, command: longer }]
}
