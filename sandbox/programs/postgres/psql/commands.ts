import { NoConnection, socketOf } from '../client.ts'
import { columnsOfRelation, databases, partsOfTable, relation, relations, roles, schemas } from './catalog.ts'
import type { Session } from './session.ts'

const help = `  \\c [DBNAME [USER]]      connect to new database
  \\conninfo               display information about current connection
  \\d [NAME]               list tables, views, and sequences, or describe one
  \\dt, \\di, \\ds, \\dv      list tables, indexes, sequences, views
  \\dn, \\du, \\l            list schemas, roles, databases
  \\echo [STRING]          write string to standard output
  \\i FILE                 execute commands from file
  \\q                      quit psql
  \\timing [on|off]        toggle timing of commands
  \\x [on|off]             toggle expanded output
`

/** A backslash command. False where it failed. */
export async function command(
  session: Session,
  text: string,
  include: (file: string) => Promise<boolean>,
): Promise<boolean> {
  const [name = '', ...args] = words(text)
  const [first] = args
  const { format } = session
  const bare = name.replaceAll(/[S+]/g, '')
  if (/^d[tisvm]*$/.test(bare) && !(bare === 'd' && first !== undefined)) return list(session, bare, first)
  switch (bare) {
    case 'q':
      session.over = true
      return true
    case 'd':
      return describe(session, first ?? '')
    case 'l':
      await session.print({ title: 'List of databases', ...(await session.ask(databases)) })
      return true
    case 'du':
      await session.print({ title: 'List of roles', ...(await session.ask(roles(first))), footers: [] })
      return true
    case 'dn':
      await session.print({ title: 'List of schemas', ...(await session.ask(schemas(first))) })
      return true
    case 'c':
    case 'connect':
      return connectTo(session, args)
    case 'conninfo':
      await session.out(`${conninfo(session)}\n`)
      return true
    case 'x':
      format.expanded = switched(first, format.expanded)
      return told(session, `Expanded display is ${format.expanded ? 'on' : 'off'}.\n`)
    case 'timing':
      session.timing = switched(first, session.timing)
      return told(session, `Timing is ${session.timing ? 'on' : 'off'}.\n`)
    case 'echo':
      await session.out(first === '-n' ? args.slice(1).join(' ') : `${args.join(' ')}\n`)
      return true
    case 'i':
      if (first !== undefined) return include(first)
      await session.fail('\\i: missing required argument')
      return false
    case '?':
      await session.out(help)
      return true
    default:
      await session.fail(`invalid command \\${name}`)
      if (session.where() === '' && session.process.fds.get(0)?.terminal !== undefined)
        await session.complain('Try \\? for help.\n')
      return false
  }
}

const words = (text: string) =>
  [...text.matchAll(/'((?:[^']|'')*)'|"(?:[^"]|"")*"|[^\s']+/g)].map(
    ([whole, quoted]) => quoted?.replaceAll("''", "'") ?? whole.replace(/;+$/, ''),
  )

const switched = (word: string | undefined, now: boolean) =>
  word === undefined ? !now : !/^(off|0|false|no)$/i.test(word)

async function told(session: Session, text: string): Promise<true> {
  if (!session.quiet) await session.out(text)
  return true
}

async function list(session: Session, bare: string, pattern: string | undefined): Promise<boolean> {
  const letters = bare === 'd' ? 'tvms' : bare.slice(1)
  const found = await session.ask(relations(letters, pattern))
  if (found.rows.length > 0) await session.print({ title: 'List of relations', ...found })
  else if (pattern !== undefined) await session.complain(`Did not find any relation named "${pattern}".\n`)
  else await session.complain('Did not find any relations.\n')
  return found.rows.length > 0 || pattern === undefined
}

const relationKinds: Readonly<Record<string, string>> = {
  r: 'Table',
  v: 'View',
  m: 'Materialized view',
  i: 'Index',
  S: 'Sequence',
  p: 'Partitioned table',
}

async function describe(session: Session, name: string): Promise<boolean> {
  const [found] = (await session.ask(relation(name))).rows
  if (found === undefined) {
    await session.complain(`Did not find any relation named "${name}".\n`)
    return false
  }
  const [oid, kind, fullName] = found.map((cell) => cell ?? '')
  const footers: string[] = []
  if (kind === 'r' || kind === 'p')
    for (const [heading, sql] of partsOfTable(oid ?? '')) {
      const lines = (await session.ask(sql)).rows.map(([line]) => `    ${line}`)
      if (lines.length > 0) footers.push(heading, ...lines)
    }
  const title = `${relationKinds[kind ?? ''] ?? 'Relation'} "${fullName}"`
  await session.print({ title, ...(await session.ask(columnsOfRelation(oid ?? ''))), footers })
  return true
}

async function connectTo(session: Session, args: readonly string[]): Promise<boolean> {
  const { target } = session
  const given = (at: number) => (args[at] === undefined || args[at] === '-' ? undefined : args[at])
  const port = given(3)
  const wanted = {
    ...target,
    database: given(0) ?? target.database,
    user: given(1) ?? target.user,
    host: given(2) ?? target.host,
    port: port === undefined ? target.port : Number(port),
  }
  try {
    await session.connect(wanted)
  } catch (error) {
    if (!(error instanceof NoConnection)) throw error
    await session.fail(error.message)
    if (session.process.fds.get(0)?.terminal !== undefined) await session.complain('Previous connection kept\n')
    return false
  }
  return told(session, `You are now connected to database "${wanted.database}" as user "${wanted.user}".\n`)
}

function conninfo({ target }: Session): string {
  const path = socketOf(target)
  const where =
    path === undefined
      ? `on host "${target.host}" at port "${target.port}"`
      : `via socket in "${path.replace(/\/[^/]*$/, '')}" at port "${target.port}"`
  return `You are connected to database "${target.database}" as user "${target.user}" ${where}.`
}
