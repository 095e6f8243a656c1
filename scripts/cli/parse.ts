import { Command as Commander, CommanderError, Option } from 'commander'
import type { Connection } from '../cluster/connection.ts'
import { lessonNames } from '../contents.ts'
import type { Command, Play, SandboxCommand } from './command.ts'
import { duration } from './duration.ts'
import type { CommandName, Flag } from './flags.ts'
import { connectionFlags, flags } from './flags.ts'
import { helpText } from './help.ts'
import { nearest, notKnown } from '../cluster/nearest.ts'
import { sectionNamed, words } from './names.ts'

/** Thrown inside the parser, caught at its edge: a mistake is a value there. */
class Mistake extends Error {
  readonly wayOut: string
  constructor(sentence: string, wayOut = 'see kubectl tour --help') {
    super(sentence)
    this.wayOut = wayOut
  }
}

type Values = Readonly<Record<string, string | boolean | readonly string[] | undefined>>

/** Reads argv (without node and the script) into a command. Touches nothing and never throws for what a user typed. */
export function parse(argv: readonly string[]): Command {
  try {
    return understood(argv)
  } catch (error) {
    if (error instanceof Mistake) return { command: 'mistake', sentence: error.message, wayOut: error.wayOut }
    if (error instanceof CommanderError) return { command: 'mistake', ...inOurWords(error) }
    throw error
  }
}

function understood(argv: readonly string[]): Command {
  const program = declared()
  program.parse(argv, { from: 'user' })
  const values = program.opts<Values>()
  const [first, ...rest] = program.args
  if (first === 'help' && rest[0] !== undefined) commandOf(rest[0])
  if (values['help'] === true || first === 'help')
    return { command: 'help', text: helpText(first === 'help' ? rest[0] : first) }
  if (values['version'] === true) return { command: 'version', json: false }
  const name = commandOf(first)
  for (const flag of [...flags, ...connectionFlags]) {
    verifyKnown(program, flag, name)
    verifyNotEmpty(values, flag)
  }
  switch (name) {
    case 'list':
    case 'version':
      verifyNone(rest, name)
      return { command: name, json: isJson(values) }
    case 'completion':
      return { command: 'completion', shell: shellNamed(rest) }
    case 'status':
      verifyNone(rest, name)
      return { command: 'status', ...onCluster(values), json: isJson(values) }
    case 'doctor':
      verifyNone(rest, name)
      return {
        command: 'doctor',
        ...onCluster(values),
        json: isJson(values),
        storageClass: text(values, 'storageClass'),
      }
    case 'sandbox':
      return { command: 'sandbox', action: actionNamed(rest), exported: values['export'] === true }
    case 'clean':
      return {
        command: 'clean',
        ...onCluster(values),
        sections: sections(rest),
        all: values['all'] === true,
        yes: values['yes'] === true,
        dryRun: values['dryRun'] === true,
        json: isJson(values),
        timeout: time(values, 'timeout', 120_000),
      }
    case 'play':
      return play(values, program.args)
  }
}

function play(values: Values, asked: readonly string[]): Command {
  const {
    command,
    sections: named,
    ...options
  } = {
    command: 'play' as const,
    ...onCluster(values),
    sections: sections(asked),
    auto: values['auto'] === true,
    yes: values['yes'] === true,
    keep: values['keep'] === true,
    from: text(values, 'from'),
    parallel: values['parallel'] === true,
    timeout: time(values, 'timeout', 300_000),
    storageClass: text(values, 'storageClass'),
    registry: text(values, 'registry')?.replace(/\/+$/, ''),
    images: images((values['image'] as readonly string[] | undefined) ?? []),
    dryRun: values['dryRun'] === true,
    json: isJson(values),
    junit: text(values, 'junit'),
  } satisfies Play
  if (options.parallel && !options.auto)
    throw new Mistake('--parallel goes with --auto: side by side, nobody could follow.', 'add --auto')
  if (options.from !== undefined && named.length !== 1)
    throw new Mistake('--from goes with one section.', 'like kubectl tour storage --from 3')
  if (options.json && !options.auto && !options.dryRun && asked.length > 0)
    throw new Mistake('-o json goes with --auto: its reader presses no keys.', 'add --auto')
  if (/\s/.test(options.registry ?? ''))
    throw new Mistake(`${JSON.stringify(options.registry)} is no registry.`, 'write it like registry.example/mirror')
  if (asked.length === 0) {
    if (options.auto || options.json)
      throw new Mistake('Which section?', `name some of ${lessonNames.join(', ')}, or all`)
    return { command: 'menu', ...options }
  }
  return { command, sections: named, ...options }
}

function declared(): Commander {
  const program = new Commander('kubectl tour')
    .exitOverride()
    .configureOutput({ writeErr: () => {}, writeOut: () => {} })
    .helpOption(false)
    .argument('[sections...]')
    .allowExcessArguments()
    .action(() => {})
    .option('-h, --help')
    .option('--version')
  for (const { flags: spelled, help, repeat } of [...flags, ...connectionFlags]) {
    const option = new Option(spelled, help)
    if (repeat === true)
      option.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value])
    program.addOption(option)
  }
  return program
}

function commandOf(first: string | undefined): CommandName {
  if (first === undefined || first === 'all' || sectionNamed(first) !== undefined) return 'play'
  if (words.commands.includes(first)) return first as CommandName
  const short = [...lessonNames, 'all', ...words.commands]
  throw new Mistake(...notKnown('section or command', first, [...words.commands, ...words.sections], short))
}

function sections(asked: readonly string[]) {
  const found = asked.flatMap((word) => {
    if (word === 'all') return [...lessonNames]
    const lesson = sectionNamed(word)
    if (lesson === undefined) throw new Mistake(...notKnown('section', word, words.sections, [...lessonNames, 'all']))
    return [lesson]
  })
  return [...new Set(found)]
}

function verifyKnown(program: Commander, { flags: spelled, of }: Flag, name: CommandName): void {
  const option = new Option(spelled)
  if (program.getOptionValueSource(option.attributeName()) !== 'cli' || of.includes(name)) return
  throw new Mistake(
    `${option.long} is no flag of ${name === 'play' ? 'a lesson' : name}.`,
    `it goes with ${of.map((each) => (each === 'play' ? 'a lesson' : each)).join(', ')}`,
  )
}

// An unset variable in a script: what it should have named must not be guessed.
function verifyNotEmpty(values: Values, { flags: spelled }: Flag): void {
  const { long, attributeName } = optionOf(spelled)
  if ([values[attributeName]].flat().includes('')) throw new Mistake(`${long} misses its value.`, example(spelled))
}

function optionOf(spelled: string): { readonly long: string; readonly attributeName: string } {
  const option = new Option(spelled)
  return { long: option.long ?? spelled, attributeName: option.attributeName() }
}

/** "like --context NAME" */
const example = (spelled: string) =>
  `like ${spelled.replace(/^-\w, /, '').replace(/<(.+)>/, (_, value: string) => value.toUpperCase())}`

function verifyNone(rest: readonly string[], name: string): void {
  if (rest.length > 0) throw new Mistake(`kubectl tour ${name} takes no ${JSON.stringify(rest[0])}.`)
}

function shellNamed([shell, ...more]: readonly string[]): string {
  if (shell === undefined) throw new Mistake('For which shell?', `name one of ${words.shells.join(', ')}`)
  if (!words.shells.includes(shell)) throw new Mistake(...notKnown('shell', shell, words.shells))
  verifyNone(more, 'completion')
  return shell
}

function actionNamed([action, ...more]: readonly string[]): SandboxCommand['action'] {
  if (action === undefined) return 'shell'
  if (!words.sandbox.includes(action)) throw new Mistake(...notKnown('action', action, words.sandbox))
  verifyNone(more, `sandbox ${action}`)
  return action as SandboxCommand['action']
}

/** Flags that hold in the sandbox, too; the others lead to another cluster. */
const inSandbox = ['kubectl', 'namespace', 'requestTimeout', 'disableCompression']

function onCluster(values: Values): { connection: Connection; sandbox: boolean; input: boolean; colour: boolean } {
  const names = connectionFlags.map((flag) => new Option(flag.flags).attributeName())
  const given = names.filter((name) => values[name] !== undefined).map((name) => [name, values[name]])
  // kubectl's own default is 0, for none.
  if (values['requestTimeout'] !== '0') time(values, 'requestTimeout', 0)
  // It becomes part of a file's name, too.
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(text(values, 'namespace') ?? 'default'))
    throw new Mistake(
      `${JSON.stringify(values['namespace'])} cannot be the name of a namespace.`,
      'use small letters, digits and dashes, at most 63',
    )
  const sandbox = values['sandbox'] === true
  const elsewhere = given.find(([name]) => !inSandbox.includes(String(name)))?.[0]
  if (sandbox && elsewhere !== undefined) {
    const flag = connectionFlags.find((each) => new Option(each.flags).attributeName() === elsewhere)
    throw new Mistake(`--sandbox and ${optionOf(flag?.flags ?? '').long} lead to two places.`, 'leave one of them out')
  }
  return {
    sandbox,
    connection: Object.fromEntries(given) as Connection,
    input: values['input'] !== false,
    colour: values['color'] !== false,
  }
}

const text = (values: Values, name: string) => (typeof values[name] === 'string' ? values[name] : undefined)

function isJson(values: Values): boolean {
  const output = text(values, 'output')
  if (output !== undefined && output !== 'json')
    throw new Mistake(`There is no output format ${JSON.stringify(output)}.`, 'leave -o out, or say -o json')
  return output === 'json'
}

function time(values: Values, name: string, otherwise: number): number {
  const given = text(values, name)
  if (given === undefined) return otherwise
  const milliseconds = duration(given)
  if (milliseconds === undefined)
    throw new Mistake(`${JSON.stringify(given)} is no time.`, 'write it like 30s, 5m or 1m30s')
  return milliseconds
}

function images(given: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    given.map((each) => {
      const [, name, reference] = /^([^=]+)=(\S+)$/.exec(each) ?? []
      if (name === undefined || reference === undefined)
        throw new Mistake(
          `--image ${each} names no image.`,
          'write it like --image busybox=registry.example/busybox:1.36',
        )
      if (!words.images.includes(name)) throw new Mistake(...notKnown('image', name, words.images))
      return [name, reference]
    }),
  )
}

/** commander's errors, said as ours are. */
function inOurWords(error: CommanderError): { readonly sentence: string; readonly wayOut: string } {
  const [, quoted] = /'([^']+)'/.exec(error.message) ?? []
  const all = [...flags, ...connectionFlags].map((flag) => new Option(flag.flags))
  if (error.code === 'commander.unknownOption' && quoted !== undefined) {
    const [flag = quoted] = quoted.split('=')
    if (all.some((option) => [option.long, option.short].includes(flag)))
      return { sentence: `${flag} takes no value.`, wayOut: `leave ${quoted.slice(flag.length)} out` }
    const close = nearest(flag, [...all.map(({ long }) => long ?? ''), '--help', '--version'])
    return {
      sentence: `There is no flag ${flag}.`,
      wayOut: close === undefined ? 'see kubectl tour --help' : `did you mean ${close}?`,
    }
  }
  if (error.code === 'commander.optionMissingArgument')
    return { sentence: `${optionOf(quoted ?? '').long} misses its value.`, wayOut: example(quoted ?? '') }
  return { sentence: error.message.replace(/^error: /, ''), wayOut: 'see kubectl tour --help' }
}
