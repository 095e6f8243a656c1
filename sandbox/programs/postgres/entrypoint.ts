// What the image starts with: it sets up an empty data directory, and becomes the server.
import { Errno } from '../../node/process.ts'
import type { Process, Program } from '../../node/process.ts'
import { makeParents } from '../applets/files.ts'
import { dropParked } from './engine.ts'
import { initdb } from './initdb.ts'
import { asPostgres } from './server.ts'
import { connect } from './client.ts'

const postgresId = 999

export const entrypoint: Program = async (process) => {
  const { files, env } = process
  const given = process.argv.slice(1)
  const argv = given[0] === undefined || given[0].startsWith('-') ? ['postgres', ...given] : given
  if (argv[0] !== 'postgres') return become(process, argv)

  const data = env.get('PGDATA') ?? '/var/lib/postgresql/data'
  try {
    await makeParents(files, `${data}/.`)
  } catch (error) {
    if (!(error instanceof Errno)) throw error
    await say(process, 2, `mkdir: cannot create directory ‘${data}’: ${error.message}\n`)
    return 1
  }
  await files.chmod(data, 0o700).catch(async (error: Error) => {
    await say(process, 2, `chmod: changing permissions of '${data}': ${error.message}\n`)
  })
  if (process.uid === 0) {
    await files.chown(data, postgresId, postgresId)
    await files.chown('/var/run/postgresql', postgresId, postgresId).catch(() => {})
    env.set('HOME', '/var/lib/postgresql')
    env.set(asPostgres, 'true')
  }

  const user = env.get('POSTGRES_USER') || 'postgres'
  const database = env.get('POSTGRES_DB') || user
  const method = env.get('POSTGRES_HOST_AUTH_METHOD') || 'scram-sha-256'
  env.set('POSTGRES_USER', user)
  env.set('POSTGRES_DB', database)
  const passwordFile = env.get('POSTGRES_PASSWORD_FILE')
  const password = passwordFile
    ? Buffer.from(await files.read(passwordFile))
        .toString()
        .replace(/\n+$/, '')
    : (env.get('POSTGRES_PASSWORD') ?? '')

  if (((await files.stat(`${data}/PG_VERSION`).catch(() => undefined))?.size ?? 0) > 0) {
    await say(process, 1, '\nPostgreSQL Database directory appears to contain a database; Skipping initialization\n\n')
    return become(process, argv)
  }
  if (password === '' && method !== 'trust') {
    await say(
      process,
      2,
      'Error: Database is uninitialized and superuser password is not specified.\n       You must specify POSTGRES_PASSWORD to a non-empty value for the superuser.\n',
    )
    return 1
  }
  process.ending.addEventListener('abort', () => dropParked(process, data))
  const code = await initdb(process, { data, user, password, method })
  if (code !== 0) return code
  return (await prepare(process, argv, user, database)) || become(process, argv)
}

/** With a server that nobody else reaches: the database, and what is in /docker-entrypoint-initdb.d. */
async function prepare(process: Process, argv: readonly string[], user: string, database: string): Promise<number> {
  await say(process, 1, 'waiting for server to start....')
  const server = await process.spawn([...argv, '-c', 'listen_addresses='])
  let over = false
  void server.wait().then(
    () => (over = true),
    () => (over = true),
  )
  while (!(await answers(process, user))) {
    if (over) {
      await say(process, 1, ' stopped waiting\n')
      await say(process, 2, 'pg_ctl: could not start server\nExamine the log output.\n')
      return 1
    }
    await process.sleep(20)
  }
  await say(process, 1, ' done\nserver started\n')
  const psql = ['psql', '--no-psqlrc', '-v', 'ON_ERROR_STOP=1', '--username', user]
  const run = async (command: readonly string[]) => (await process.spawn(command)).wait()
  let code = 0
  if (database !== 'postgres')
    code = await run([...psql, '-q', '-d', 'postgres', '-c', `CREATE DATABASE "${database.replaceAll('"', '""')}"`])
  const folder = '/docker-entrypoint-initdb.d'
  const names = (await process.files.list(folder).catch(() => [])).filter((name) => !name.startsWith('.')).toSorted()
  for (const name of names.length === 0 ? ['*'] : names) {
    if (code !== 0) break
    const file = `${folder}/${name}`
    const command = name.endsWith('.sh')
      ? ['bash', file]
      : name.endsWith('.sql')
        ? [...psql, '--dbname', database, '--file', file]
        : undefined
    await say(process, 1, `${process.argv[0]}: ${command === undefined ? 'ignoring' : 'running'} ${file}\n`)
    if (command !== undefined) code = await run(command)
  }
  if (code === 0) await say(process, 1, 'waiting for server to shut down....')
  process.kill(server.pid, 'SIGINT')
  await server.wait()
  if (code !== 0) return code
  await say(process, 1, ' done\nserver stopped\n\nPostgreSQL init process complete; ready for start up.\n\n')
  return 0
}

async function answers(process: Process, user: string): Promise<boolean> {
  const ready = Buffer.from(
    await process.files.read(`${process.env.get('PGDATA') ?? ''}/postmaster.pid`).catch(() => Buffer.alloc(0)),
  )
  if (!ready.toString().includes('\nready')) return false
  return connect(process, { user, database: 'postgres', password: undefined, host: '', port: 5432 }).then(
    (client) => {
      client.close()
      return true
    },
    () => false,
  )
}

const become = (process: Process, argv: readonly string[]) =>
  process.exec(argv).catch(async (error: unknown) => {
    if (!(error instanceof Errno)) throw error
    await say(process, 2, `${process.argv[0]}: 7: exec: ${argv[0]}: not found\n`)
    return 127
  })

const say = async (process: Process, fd: number, text: string) => process.fds.get(fd)?.write(Buffer.from(text))
