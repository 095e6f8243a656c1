// The postgres program: its processes, its log, its signals. The database itself is an Engine.
import { Killed } from '../../node/process.ts'
import type { Listener, Process, Program } from '../../node/process.ts'
import type { Host } from './backend.ts'
import { isRunning, park, startEngine } from './engine.ts'
import { settingsOf } from './settings.ts'
import { untilStopped } from './stopping.ts'
import { logOf, timestamp } from './log.ts'
import { messagesIn, queryMessage, rowsOf } from './wire.ts'

export const postgres: Program = async (process) => {
  const settings = settingsOf(process)
  const log = logOf(process)
  const { files } = process
  const { data, port } = settings
  const fails = async (text: string) => {
    await process.fds.get(2)?.write(Buffer.from(text))
    return 2
  }
  if (data === '')
    return fails(
      'postgres does not know where to find the server configuration file.\nYou must specify the --config-file or -D invocation option or set the PGDATA environment variable.\n',
    )
  if (process.uid === 0 && process.env.get(asPostgres) === undefined)
    return fails(
      '"root" execution of the PostgreSQL server is not permitted.\nThe server must be started under an unprivileged user ID to prevent\npossible system security compromise.  See the documentation for\nmore information on how to properly start the server.\n',
    ).then(() => 1)
  if ((await files.stat(`${data}/PG_VERSION`).catch(() => undefined)) === undefined)
    return fails(
      `postgres: could not access the server configuration file "${data}/postgresql.conf": No such file or directory\n`,
    )
  const lock = `${data}/postmaster.pid`
  const leftBehind = await lockIn(process, lock, data)
  if (await isRunning(process, data)) {
    const pid = Buffer.from(leftBehind ?? '1')
      .toString()
      .split('\n')[0]
    await log('FATAL', 'lock file "postmaster.pid" already exists')
    await log('HINT', `Is another postmaster (PID ${pid}) running in data directory "${data}"?`)
    return 1
  }

  const shutDownAt = await files.stat(`${data}/global/pg_control`).then(
    ({ modified }) => modified,
    () => process.clock.now(),
  )
  const engine = startEngine(process, data)
  const socketFile = `/var/run/postgresql/.s.PGSQL.${port}`
  const listeners: Listener[] = []
  try {
    const owner = await engine.owner()
    const version = rowsOf(await engine.ask(owner, queryMessage('SELECT version()')))[0]?.[0] ?? ''
    await log('LOG', `starting ${version}`)
    if (settings.addresses !== '') {
      listeners.push(await process.net.listen(port))
      await log('LOG', `listening on IPv4 address "0.0.0.0", port ${port}`)
      await log('LOG', `listening on IPv6 address "::", port ${port}`)
    } else listeners.push(await process.net.listen(port, '127.0.0.1'))
    const started = Math.floor(process.clock.now() / 1000)
    const state = (name: string) =>
      files.write(
        lock,
        Buffer.from(
          `${process.pid}\n${data}\n${started}\n${port}\n/var/run/postgresql\n${settings.addresses}\n        0         0\n${name}\n`,
        ),
        { create: true, write: true, truncate: true, mode: 0o600 },
      )
    await state('starting')
    await files
      .write(socketFile, new Uint8Array(0), { create: true, write: true, truncate: true, mode: 0o777 })
      .catch(() => {})
    await log('LOG', `listening on Unix socket "${socketFile}"`)

    const helpers = new Map<string, number>()
    const help = async (name: string) => {
      const child = await process.fork(idle, { argv: [`postgres: ${name} `] })
      helpers.set(name, child.pid)
      return child
    }
    await help('checkpointer')
    await help('background writer')
    const startup = await help('startup')
    if (leftBehind === undefined)
      await log('LOG', `database system was shut down at ${timestamp(shutDownAt, false)}`, startup.pid)
    else {
      await log('LOG', `database system was interrupted; last known up at ${timestamp(shutDownAt, false)}`, startup.pid)
      await log('LOG', 'database system was not properly shut down; automatic recovery in progress', startup.pid)
    }
    process.kill(startup.pid, 'SIGKILL')
    await startup.wait()
    for (const name of ['walwriter', 'autovacuum launcher', 'logical replication launcher']) await help(name)
    await log('LOG', 'database system is ready to accept connections')
    await state('ready   ')

    const parameters = await parametersOf(engine, owner)
    const host: Host = { engine, owner, log, method: await hostMethod(process, data), parameters }
    const how = await untilStopped(process, listeners, host, engine.ended)
    for (const listener of listeners) listener.close()
    if (how === 'died') {
      await log('LOG', 'all server processes terminated; reinitializing')
      return 1
    }
    await log('LOG', `received ${how} shutdown request`)
    if (how === 'immediate') {
      engine.kill()
      await log('LOG', 'database system is shut down')
      return 0
    }
    if (how === 'fast') await log('LOG', 'aborting any active transactions')
    const replication = helpers.get('logical replication launcher')
    await log('LOG', `background worker "logical replication launcher" (PID ${replication}) exited with exit code 1`)
    await log('LOG', 'shutting down', helpers.get('checkpointer'))
    await log('LOG', 'checkpoint starting: shutdown immediate', helpers.get('checkpointer'))
    if (settings.addresses === '') park(process, data, engine)
    else await Promise.race([engine.close(), process.sleep(patience).then(() => engine.kill())])
    await files.unlink(lock).catch(() => {})
    await log('LOG', 'database system is shut down')
    return 0
  } catch (error) {
    if (error instanceof Killed) throw error
    const { code, message = String(error) } = error as { code?: string; message?: string }
    if (code === 'EADDRINUSE') {
      await log('LOG', `could not bind IPv4 address "0.0.0.0": Address already in use`)
      await log('HINT', `Is another postmaster already running on port ${port}? If not, wait a few seconds and retry.`)
      await log('WARNING', 'could not create listen socket for "*"')
      await log('FATAL', 'could not create any TCP/IP sockets')
    } else await log('FATAL', message)
    engine.kill()
    return 1
  } finally {
    if (!process.ending.aborted) {
      await files.unlink(socketFile).catch(() => {})
      for (const child of process.processes().filter(({ parent }) => parent === process.pid))
        process.kill(child.pid, 'SIGKILL')
    }
  }
}

/** Of a server like this one: PGlite leaves one of its own. */
async function lockIn({ files }: Process, lock: string, data: string): Promise<string | undefined> {
  const text = Buffer.from(await files.read(lock).catch(() => Buffer.alloc(0))).toString()
  return text.split('\n')[1] === data ? text : undefined
}

/** How long a query that runs may hold up the end: milliseconds. PGlite cannot break one off. */
const patience = 5000

/** Set by the entrypoint, which the kernel lets change no user: the server would run as postgres. */
export const asPostgres = 'SANDBOX_AS_POSTGRES'

const idle: Program = async (process) => {
  for (;;) await process.sleep(2 ** 31 - 1)
}

/** The method of the last line of pg_hba.conf that is about every host, which the entrypoint writes. */
async function hostMethod({ files }: Process, data: string): Promise<string> {
  const text = await files.read(`${data}/pg_hba.conf`).then(
    (bytes) => Buffer.from(bytes).toString(),
    () => '',
  )
  return /^host\s+all\s+all\s+all\s+(\S+)/m.exec(text)?.[1] ?? 'scram-sha-256'
}

const reported = [
  'server_version',
  'server_encoding',
  'client_encoding',
  'DateStyle',
  'IntervalStyle',
  'TimeZone',
  'integer_datetimes',
  'standard_conforming_strings',
]

async function parametersOf(engine: Host['engine'], owner: Host['owner']) {
  const answer = await engine.ask(owner, queryMessage(reported.map((name) => `SHOW ${name};`).join(' ')))
  const values = messagesIn(answer).filter(({ type }) => type === 'D').length === reported.length ? rowsOf(answer) : []
  return Object.fromEntries(reported.map((name, at) => [name, values[at]?.[0] ?? '']))
}
