import { Errno } from '../../../node/process.ts'
import { NoConnection, socketOf } from '../client.ts'
import { listing, relations } from './catalog.ts'
import { slashCopy } from './copy.ts'
import { describe } from './describe.ts'
import { commandsHelp, sqlHelp } from './help.ts'
import type { Session } from './session.ts'
import { isOn, pset } from './settings.ts'

type Args = readonly string[]

interface Command {
  /** How many arguments it takes: what is more is ignored, and said so. */
  readonly takes: number
  /** False where it failed. */
  readonly run: (session: Session, args: Args, include: (file: string) => Promise<boolean>) => Promise<boolean | void>
}

const command = (takes: number, run: Command['run']): Command => ({ takes, run })
const setting = (name: string) => command(1, (session, [value]) => pset(session, name, value))
const textOf = (args: Args) => (args[0] === '-n' ? args.slice(1).join(' ') : `${args.join(' ')}\n`)
const echo = command(Infinity, (session, args) => session.out(textOf(args)))
const quit = command(0, async (session) => void (session.over = true))
const connect = command(4, connectTo)
const help = command(Infinity, (session, args) => session.out(sqlHelp(args.join(' '))))

const commands: Readonly<Record<string, Command>> = {
  q: quit,
  quit,
  '?': command(1, (session) => session.out(commandsHelp)),
  h: help,
  help,
  c: connect,
  connect,
  conninfo: command(0, (session) => session.out(`${conninfo(session)}\n`)),
  encoding: command(1, async (session, [name]) => {
    if (name === undefined) await session.out(`${session.client.parameters.get('client_encoding')}\n`)
    return name === undefined || session.run(`SET client_encoding = '${name.replaceAll("'", "''")}'`, { silent: true })
  }),
  x: setting('expanded'),
  t: setting('tuples_only'),
  f: setting('fieldsep'),
  C: setting('title'),
  a: command(0, (session) => pset(session, 'format', session.format.format === 'aligned' ? 'unaligned' : 'aligned')),
  pset: command(2, (session, [name, value]) => pset(session, name, value)),
  timing: command(1, async (session, [word]) => {
    session.timing = isOn(word, session.timing)
    await session.tell(`Timing is ${session.timing ? 'on' : 'off'}.`)
  }),
  echo,
  qecho: echo,
  warn: command(Infinity, (session, args) => session.complain(textOf(args))),
  copy: command(1, (session, [text = '']) => slashCopy(session, text)),
  o: command(1, redirect),
  i: command(1, (session, [file], include) => (file === undefined ? session.lacks('i') : include(file))),
  g: command(Infinity, (session, args) => session.again(['g', ...args].join(' '))),
  gx: command(Infinity, (session) => session.again('gx')),
  r: command(0, (session) => session.tell('Query buffer reset (cleared).')),
  set: command(Infinity, async (session, [name, ...values]) => {
    if (name !== undefined) session.variables.set(name, values.join(''))
    else for (const [each, value] of session.variables) await session.out(`${each} = '${value}'\n`)
  }),
  unset: command(1, async (session, [name]) => {
    return name === undefined ? session.lacks('unset') : void session.variables.delete(name)
  }),
  cd: command(1, async (session, [folder]) => {
    try {
      return await session.process.chdir(folder ?? session.process.env.get('HOME') ?? '/')
    } catch (error) {
      if (!(error instanceof Errno)) throw error
      return session.fail(`\\cd: could not change directory to "${folder}": ${error.message}`)
    }
  }),
  '!': command(Infinity, async ({ process }, args) => {
    await (await process.spawn(args.length === 0 ? ['sh'] : ['sh', '-c', args.join(' ')])).wait()
  }),
}

/** A backslash command. False where it failed. */
export async function runCommand(
  session: Session,
  text: string,
  include: (file: string) => Promise<boolean>,
): Promise<boolean> {
  const [, name = '', rest = ''] = /^(!|[^\s]*)\s*([^]*)$/.exec(text) ?? []
  const args = /^(!|copy)$/.test(name) ? [rest].filter(Boolean) : words(session, rest)
  const found = Object.hasOwn(commands, name) ? commands[name] : describing(name)
  if (found === undefined) {
    await session.fail(`invalid command \\${name}`)
    if (session.isInteractive) await session.complain('Try \\? for help.\n')
    return false
  }
  const succeeded = await found.run(session, args.slice(0, found.takes), include)
  for (const word of args.slice(found.takes)) await session.warn(`\\${name}: extra argument "${word}" ignored`)
  return succeeded !== false
}

/** \d and what begins with it, \l and \z: with + for more, x for across, and S, which a pattern alone implies here. */
function describing(name: string): Command | undefined {
  const [, bare = '', marks = ''] = /^(dx|drg|d[tisvm]*|d[a-zA-Z]|l|z)([S+x]*)$/.exec(name) ?? []
  const plus = marks.includes('+')
  const lists = (run: (session: Session, pattern: string | undefined) => Promise<boolean | void>) =>
    command(1, async (session, [pattern]) => {
      const { expanded } = session.format
      if (marks.includes('x')) session.format.expanded = 'on'
      return run(session, pattern).finally(() => (session.format.expanded = expanded))
    })
  if (/^d[tisvm]*$/.test(bare))
    return lists(async (session, pattern) => {
      if (bare === 'd' && pattern !== undefined) return await describe(session, pattern, plus)
      const all = pattern ?? (marks.includes('S') ? '*' : undefined)
      const found = await session.ask(relations(bare === 'd' ? 'tvms' : bare.slice(1), all, plus))
      if (found.rows.length > 0) await session.print({ title: 'List of relations', ...found })
      else await session.fail(`Did not find any relation${pattern === undefined ? 's' : ` named "${pattern}"`}.`)
      return true
    })
  if (listing(bare, undefined, plus) === undefined) return undefined
  return lists(async (session, pattern) => {
    const { sql, ...about } = listing(bare, pattern ?? (marks.includes('S') ? '*' : undefined), plus) ?? { sql: '' }
    await session.print({ ...about, ...(await session.ask(sql)) })
  })
}

/** Results go to a file, or to standard output again. */
async function redirect(session: Session, [path]: Args): Promise<boolean> {
  session.output?.close()
  session.output = undefined
  if (path === undefined) return true
  try {
    session.output = await session.process.files.open(path, { write: true, create: true, truncate: true })
    return true
  } catch (error) {
    if (!(error instanceof Errno)) throw error
    return session.fail(`${path}: ${error.message}`)
  }
}

const words = (session: Session, text: string) =>
  [...text.matchAll(/:'\w+'|'((?:[^']|'')*)'|"(?:[^"]|"")*"|[^\s']+/g)].map(
    ([whole, quoted]) => quoted?.replaceAll("''", "'") ?? session.filled(whole.replace(/;+$/, '')),
  )

async function connectTo(session: Session, args: Args): Promise<boolean> {
  const { target } = session
  const given = (at: number) => (args[at] === undefined || args[at] === '-' ? undefined : args[at])
  const wanted = {
    ...target,
    database: given(0) ?? target.database,
    user: given(1) ?? target.user,
    host: given(2) ?? target.host,
    port: Number(given(3) ?? target.port),
  }
  try {
    await session.connect(wanted)
  } catch (error) {
    if (!(error instanceof NoConnection)) throw error
    await session.fail(`${session.isInteractive ? '' : '\\connect: '}${error.message}`)
    if (session.isInteractive) await session.complain('Previous connection kept\n')
    return false
  }
  await session.tell(`You are now connected to database "${wanted.database}" as user "${wanted.user}".`)
  return true
}

function conninfo({ target }: Session): string {
  const path = socketOf(target)
  const where =
    path === undefined
      ? `on host "${target.host}" at port "${target.port}"`
      : `via socket in "${path.replace(/\/[^/]*$/, '')}" at port "${target.port}"`
  return `You are connected to database "${target.database}" as user "${target.user}" ${where}.`
}
