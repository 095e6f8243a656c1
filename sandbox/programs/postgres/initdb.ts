import { Errno } from '../../node/process.ts'
import type { Process } from '../../node/process.ts'
import { park, quoted, startEngine } from './engine.ts'
import type { Asker, Engine } from './engine.ts'
import { messagesIn, queryMessage, reportOf } from './wire.ts'

interface Cluster {
  readonly data: string
  readonly user: string
  readonly password: string
  readonly method: string
}

/** As the program of this name, with the options that the image's entrypoint gives it. */
export async function initdb(process: Process, cluster: Cluster): Promise<number> {
  const { data, user, password, method } = cluster
  const { files } = process
  const say = async (text: string, fd = 1) => process.fds.get(fd)?.write(Buffer.from(text))
  await say(
    'The files belonging to this database system will be owned by user "postgres".\nThis user must also own the server process.\n\n' +
      'The database cluster will be initialized with locale "C.UTF-8".\nThe default database encoding has accordingly been set to "UTF8".\n' +
      'The default text search configuration will be set to "english".\n\nData page checksums are disabled.\n\n',
  )
  const there = await files.list(data)
  if (there.length > 0) {
    await say(`initdb: error: directory "${data}" exists but is not empty\n${whyNotEmpty(there, data)}`, 2)
    return 1
  }
  await say(`fixing permissions on existing directory ${data} ... `)
  try {
    await files.chmod(data, 0o700)
  } catch (error) {
    if (!(error instanceof Errno)) throw error
    await say(`initdb: error: could not change permissions of directory "${data}": ${error.message}\n`, 2)
    return 1
  }
  await say(
    'ok\ncreating subdirectories ... ok\nselecting dynamic shared memory implementation ... posix\nselecting default max_connections ... 100\n' +
      'selecting default shared_buffers ... 128MB\nselecting default time zone ... UTC\ncreating configuration files ... ok\nrunning bootstrap script ... ',
  )
  const engine = startEngine(process, data)
  const owner = await engine.owner()
  await say('ok\nperforming post-bootstrap initialization ... ')
  await setUp(engine, owner, user, password)
  for (const [name, content] of [
    ['PG_VERSION', '18\n'],
    ['postgresql.conf', `listen_addresses = '*'\nmax_connections = 100\nshared_buffers = 128MB\n`],
    ['pg_hba.conf', `${trusted}\nhost all all all ${method}\n`],
  ] as const) {
    await files.write(`${data}/${name}`, Buffer.from(content), {
      create: true,
      write: true,
      truncate: true,
      mode: 0o600,
    })
    if (process.uid === 0) await files.chown(`${data}/${name}`, 999, 999)
  }
  park(process, data, engine)
  await say(
    'ok\n\nSync to disk skipped.\nThe data directory might become corrupt if the operating system crashes.\n\n\nSuccess. You can now start the database server using:\n\n' +
      `    pg_ctl -D ${data} -l logfile start\n\n`,
  )
  return 0
}

const trusted = [
  'local   all             all                                     trust',
  'host    all             all             127.0.0.1/32            trust',
  'host    all             all             ::1/128                 trust',
].join('\n')

const whyNotEmpty = (there: readonly string[], data: string) =>
  there.includes('lost+found')
    ? 'initdb: detail: It contains a lost+found directory, perhaps due to it being a mount point.\ninitdb: hint: Using a mount point directly as the data directory is not recommended.\nCreate a subdirectory under the mount point.\n'
    : `initdb: hint: If you want to create a new database system, either remove or empty the directory "${data}" or run initdb with an argument other than "${data}".\n`

/** The archive's owner is called postgres; nobody can rename the role that they are. */
async function setUp(engine: Engine, owner: Asker, user: string, password: string): Promise<void> {
  const ask = async (asker: Asker, sql: string) => {
    const failure = messagesIn(await engine.ask(asker, queryMessage(sql))).find(({ type }) => type === 'E')
    if (failure !== undefined) throw new Error(reportOf(failure)['M'])
  }
  if (user !== owner.user) {
    const other = { user: 'initdb', database: 'postgres' }
    await ask(owner, 'CREATE ROLE initdb SUPERUSER LOGIN')
    await ask(other, `ALTER ROLE ${quoted(owner.user)} RENAME TO ${quoted(user)}`)
    await ask({ user, database: 'postgres' }, 'DROP ROLE initdb')
  }
  if (password !== '')
    await ask({ user, database: 'postgres' }, `ALTER ROLE ${quoted(user)} PASSWORD '${password.replaceAll("'", "''")}'`)
}
