import { NoConnection, socketOf } from '../client.ts'
import {
  columnsOfRelation,
  databases,
  described,
  extensions,
  functions,
  partsOfTable,
  relations,
  roles,
  schemas,
} from './catalog.ts'
import type { Session } from './session.ts'

const help = `General
  \\q                     quit psql

Help
  \\? [commands]          show help on backslash commands

Input/Output
  \\echo [-n] [STRING]    write string to standard output (-n for no newline)
  \\i FILE                execute commands from file

Informational
  (options: S = show system objects, + = additional detail)
  \\d[S+]                 list tables, views, and sequences
  \\d[S+]  NAME           describe table, view, sequence, or index
  \\df[S+]                list functions
  \\di[S+]                list indexes
  \\dn[S+]                list schemas
  \\ds[S+]                list sequences
  \\dt[S+]                list tables
  \\du[S+]                list roles
  \\dv[S+]                list views
  \\dx[+]                 list extensions
  \\l[+]                  list databases

Formatting
  \\a                     toggle between unaligned and aligned output mode
  \\t [on|off]            show only rows
  \\timing [on|off]       toggle timing of commands
  \\x [on|off]            toggle expanded output

Connection
  \\c[onnect] {[DBNAME|- USER|- HOST|- PORT|-]}
                         connect to new database
  \\conninfo              display information about current connection
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
  if (/^d[tisvm]*$/.test(bare) && !(bare === 'd' && first !== undefined)) return list(session, name, bare, first)
  switch (bare) {
    case 'q':
    case 'quit':
      session.over = true
      return true
    case 'd':
      return describe(session, first ?? '')
    case 'l':
    case 'list':
      await session.print({ title: 'List of databases', ...(await session.ask(databases)) })
      return true
    case 'du':
    case 'dg':
      await session.print({ title: 'List of roles', ...(await session.ask(roles(first))), footers: [] })
      return true
    case 'dn':
      await session.print({ title: 'List of schemas', ...(await session.ask(schemas(first))) })
      return true
    case 'df':
      await session.print({ title: 'List of functions', ...(await session.ask(functions(first))) })
      return true
    case 'dx':
      await session.print({ title: 'List of installed extensions', ...(await session.ask(extensions)) })
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
    case 't':
      format.tuplesOnly = switched(first, format.tuplesOnly)
      return told(session, `Tuples only is ${format.tuplesOnly ? 'on' : 'off'}.\n`)
    case 'a':
      format.aligned = format.aligned === 'aligned' ? 'unaligned' : 'aligned'
      return told(session, `Output format is ${format.aligned}.\n`)
    case 'timing':
      session.timing = switched(first, session.timing)
      return told(session, `Timing is ${session.timing ? 'on' : 'off'}.\n`)
    case 'pset':
      if (first === 'null') format.null = args[1] ?? ''
      if (first === 'null') return told(session, `Null display is "${format.null}".\n`)
      return true
    case 'set':
      if (first !== undefined) session.variables.set(first, args.slice(1).join(''))
      return true
    case 'echo':
    case 'qecho':
      await session.out(first === '-n' ? args.slice(1).join(' ') : `${args.join(' ')}\n`)
      return true
    case 'i':
    case 'ir':
      if (first !== undefined) return include(first)
      await session.complain('error: \\i: missing required argument\n')
      return false
    case '?':
    case 'h':
    case 'help':
      await session.out(help)
      return true
    case 'g':
    case 'r':
    case 'encoding':
      return true
    default:
      await session.complain(`error: invalid command \\${name}\n`)
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

async function list(session: Session, name: string, bare: string, pattern: string | undefined): Promise<boolean> {
  const letters = bare === 'd' ? 'tvms' : bare.slice(1)
  const found = await session.ask(relations(letters, pattern, name.includes('+')))
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

async function describe(session: Session, pattern: string): Promise<boolean> {
  const { rows } = await session.ask(described(pattern))
  if (rows.length === 0) {
    await session.complain(`Did not find any relation named "${pattern}".\n`)
    return false
  }
  for (const [oid, schema, name, kind] of rows) {
    const { columns, rows: lines } = await session.ask(columnsOfRelation(oid ?? '0'))
    const footers: string[] = []
    if (kind === 'r' || kind === 'p')
      for (const [heading, sql] of partsOfTable(oid ?? '0')) {
        const found = (await session.ask(sql)).rows.map(([line]) => `    ${line}`)
        if (found.length > 0) footers.push(heading, ...found)
      }
    const title = `${relationKinds[kind ?? ''] ?? 'Relation'} "${schema}.${name}"`
    await session.print({ title, columns, rows: lines, footers })
  }
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
    await session.complain(`error: ${error.message}\n`)
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
