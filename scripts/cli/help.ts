import { Help } from 'commander'
import { contents, lessonNames } from '../contents.ts'
import type { CommandName, Flag } from './flags.ts'
import { connectionFlags, flags } from './flags.ts'

const commands: Readonly<Record<Exclude<CommandName, 'play'>, readonly [usage: string, help: string]>> = {
  list: ['list', 'what can be played'],
  clean: ['clean [SECTION...]', 'remove what the tour made; twice as well as once'],
  status: ['status', "what is the tour's on this cluster"],
  doctor: ['doctor', 'which lessons can play on this cluster, and what the others miss'],
  sandbox: ['sandbox [start|status|stop]', 'a shell in a cluster that comes along; or keep one in the background'],
  completion: ['completion SHELL', 'a completion script for bash, zsh or fish'],
  version: ['version', 'the version of the tour'],
}

/** The help for everything, or for one command. */
export function helpText(about?: string): string {
  const command = about !== undefined && about in commands ? (about as Exclude<CommandName, 'play'>) : undefined
  return command === undefined ? whole() : forCommand(command)
}

function whole(): string {
  return `Kubernetes lessons that play on a live cluster and prove what they say.

Usage:
  kubectl tour                        choose from a menu
  kubectl tour SECTION... [flags]     play these sections
  kubectl tour COMMAND [flags]

Sections:
${table(lessonNames.map((name) => [name, contents[name].title]))}
${table([['all', 'one after another']])}

Commands:
${table(Object.values(commands))}

Flags of a lesson:
${table(rows(flags, 'play'))}

Connection flags, as kubectl has them (put them after "tour"):
${table(rows(connectionFlags, 'play'))}

Exit codes:
  0  done                      3  refused before anything was written
  1  a claim or step failed    4  something was left behind
  2  usage                     129, 130, 143  hung up, interrupted, terminated

Examples:
  kubectl tour secrets                       at your own pace
  kubectl tour all --auto --parallel         a test of the cluster in a minute
  kubectl tour statefulset --auto -o json    one event a line
  kubectl tour secrets --sandbox             without any cluster
  kubectl tour clean
`
}

function forCommand(name: Exclude<CommandName, 'play'>): string {
  const [usage, help] = commands[name]
  const own = rows(flags, name)
  const connection = rows(connectionFlags, name)
  return `${help[0]?.toUpperCase()}${help.slice(1)}.

Usage:
  kubectl tour ${usage}${own.length > 0 ? ' [flags]' : ''}
${own.length === 0 ? '' : `\nFlags:\n${table(own)}\n`}${connection.length === 0 ? '' : `\nConnection flags:\n${table(connection)}\n`}`
}

const rows = (from: readonly Flag[], name: CommandName) =>
  from
    .filter(({ of }) => of.includes(name))
    .map(
      ({ flags: spelled, help }) =>
        [spelled.replace(/<([^>]+)>/, (_, value: string) => value.toUpperCase()), help] as const,
    )

const helper = Object.assign(new Help(), { helpWidth: 80 })

const table = (lines: readonly (readonly [string, string])[]) =>
  lines.map(([left, right]) => helper.formatItem(left, 28, right, helper)).join('\n')
