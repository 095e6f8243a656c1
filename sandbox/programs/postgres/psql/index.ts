import { Errno, type OpenFile, type Process, type Program } from '../../../node/process.ts'
import { connect, NoConnection } from '../client.ts'
import type { Client, Target } from '../client.ts'
import { libpqOptions } from '../options.ts'
import { runCommand } from './commands.ts'
import { Lines } from './lines.ts'
import { cut, type Part } from './script.ts'
import { Session } from './session.ts'
import { pset } from './settings.ts'

/** Options that stand for a \pset. */
const formats: Readonly<Record<string, readonly [name: string, value: string]>> = {
  t: ['tuples_only', 'on'],
  x: ['expanded', 'on'],
  A: ['format', 'unaligned'],
  k: ['format', 'csv'],
}

export const psql: Program = async (process) => {
  const say = async (fd: number, text: string) => process.fds.get(fd)?.write(Buffer.from(text))
  const parsed = libpqOptions(process, 'psql', 'c:f:v:F:P:tAqlxXwVk')
  if ('complaint' in parsed) {
    await say(2, parsed.complaint)
    return 1
  }
  const { target, options, given, ignored } = parsed
  if (options.has('V')) {
    await say(1, 'psql (PostgreSQL) 18.6 (PGlite)\n')
    return 0
  }
  for (const word of ignored) await say(2, `psql: warning: extra command-line argument "${word}" ignored\n`)
  const asked = options.has('l') && !options.has('d') ? { ...target, database: 'postgres' } : target
  const client = await tryToConnect(process, asked)
  if (typeof client === 'string') {
    await say(2, `psql: error: ${client}\n`)
    return 2
  }
  const session = new Session(process, asked, client)
  session.quiet = true
  for (const [letter, value] of given) {
    const [name = '', ...rest] = letter === 'F' ? ['fieldsep', value] : (formats[letter] ?? value.split('='))
    if (letter === 'v') session.variables.set(name, rest.join('='))
    else if ('FPtxAk'.includes(letter) && !(await pset(session, name, rest.length > 0 ? rest.join('=') : undefined))) {
      await say(2, `psql: error: could not set printing parameter "${name}"\n`)
      client.close()
      return 1
    }
  }
  session.quiet = options.has('q')
  try {
    return options.has('l') ? Number(!(await runPart(session, { command: 'l' }))) : await work(session, given)
  } catch (error) {
    if (!(error instanceof NoConnection)) throw error
    await say(
      2,
      `${error.message}\n\tThis probably means the server terminated abnormally\n\tbefore or while processing the request.\nconnection to server was lost\n`,
    )
    return 2
  } finally {
    session.client.close()
  }
}

/** -c and -f in their order, or what standard input says. */
async function work(session: Session, given: readonly (readonly [letter: string, value: string])[]): Promise<number> {
  const actions = given.filter(([letter]) => letter === 'c' || letter === 'f')
  let code = 0
  for (const [letter, value] of actions) {
    if (session.over) break
    if (letter === 'f') {
      const done = await include(session, value)
      if (done === 'missing') return 1
      code = done === 'stopped' ? 3 : 0
    } else {
      const command = value.trimStart().startsWith('\\')
      code = (await runPart(session, command ? { command: value.trim().slice(1) } : { sql: value })) ? 0 : 1
    }
    if (code !== 0 && (session.stopsOnError || code === 3)) return code
  }
  if (actions.length > 0) return code
  const input = session.process.fds.get(0)
  if (input?.terminal !== undefined) return interactive(session)
  return (await feed(session, input)) ? 0 : 3
}

/** A statement or a command. False where it failed. */
function runPart(session: Session, part: Part): Promise<boolean> {
  if ('command' in part)
    return runCommand(session, part.command, async (file) => (await include(session, file)) === 'done')
  return part.how === undefined ? session.run(part.sql) : session.send(part.sql, part.how)
}

/** Or why not. */
const tryToConnect = (process: Process, target: Target): Promise<Client | string> =>
  connect(process, target).catch((error: unknown) => {
    if (error instanceof NoConnection) return error.message
    throw error
  })

async function include(session: Session, path: string): Promise<'done' | 'stopped' | 'missing'> {
  const { process } = session
  if (path === '-') return (await feed(session, process.fds.get(0))) ? 'done' : 'stopped'
  try {
    const file = await process.files.open(path, { read: true })
    const outer = session.where
    try {
      return (await feed(session, file, path)) ? 'done' : 'stopped'
    } finally {
      session.where = outer
      file.close()
    }
  } catch (error) {
    if (!(error instanceof Errno)) throw error
    await session.fail(`${session.where() === '' ? 'psql: error: ' : ''}${path}: ${error.message}`)
    return 'missing'
  }
}

/** A script, line by line. False where it stopped at an error. */
async function feed(session: Session, file: OpenFile | undefined, path?: string): Promise<boolean> {
  const lines = new Lines(file)
  if (path !== undefined) session.where = () => `psql:${path}:${lines.number}: `
  const outer = session.input
  session.input = lines
  try {
    let begun = ''
    for (let text = await lines.next(); text !== ''; text = await lines.next()) {
      const { parts, rest } = cut(begun + text)
      begun = rest
      for (const part of parts) {
        if (!(await runPart(session, part)) && session.stopsOnError) return false
        if (session.over) return true
      }
    }
    return begun.trim() === '' || (await session.run(begun)) || !session.stopsOnError
  } finally {
    session.input = outer
  }
}

async function interactive(session: Session): Promise<number> {
  const { process } = session
  let begun = ''
  let inside = '='
  const prompt = () => {
    const { client, target } = session
    const transaction = client.status === 'T' ? '*' : client.status === 'E' ? '!' : ''
    const mark = client.parameters.get('is_superuser') === 'on' ? '#' : '>'
    return session.out(`${target.database}${inside}${transaction}${mark} `)
  }
  process.on('SIGINT', () => {
    begun = ''
    inside = '='
    void session.out('\n').then(prompt)
  })
  if (!session.quiet)
    await session.out(`psql (${session.client.parameters.get('server_version')})\nType "help" for help.\n\n`)
  await prompt()
  const lines = session.input
  for (let text = await lines.next(); text !== ''; text = await lines.next()) {
    if (begun === '' && /^(help|quit|exit)\s*$/.test(text)) {
      if (!text.startsWith('help')) return 0
      await session.out(
        'You are using psql, the command-line interface to PostgreSQL.\nType:  \\copyright for distribution terms\n       \\h for help with SQL commands\n       \\? for help with psql commands\n       \\g or terminate with semicolon to execute query\n       \\q to quit\n',
      )
    } else {
      const next = cut(begun + text)
      begun = next.rest
      inside = next.inside
      for (const part of next.parts) {
        await runPart(session, part)
        if (session.over) return 0
      }
    }
    await prompt()
  }
  await session.out('\\q\n')
  return 0
}
