import { execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as assert from 'uvu/assert'
import { imageFor } from '../../../../sandbox/programs/images.ts'
import { queryMessage } from '../../../../sandbox/programs/postgres/wire.ts'
import { temporary } from '../../../on-cluster/support/temporary.ts'
import { eventually, tests } from '../../../support/tests.ts'
import { machine } from '../../support/machine.ts'

const image = imageFor('postgres:16')
const env = { ...image.env, POSTGRES_PASSWORD: 'secret', POSTGRES_USER: 'app', POSTGRES_DB: 'shop' }

const fixture = (name: string) => readFile(join(import.meta.dirname, 'fixtures', name), 'utf8')

const engines = () =>
  promisify(execFile)('pgrep', ['-P', String(process.pid), '-f', 'engine-process']).then(
    ({ stdout }) => stdout.trim().split('\n').length,
    () => 0,
  )

tests('the image', (test) => {
  test('leaves no database behind that was being set up', async () => {
    const server = machine(image).start(['docker-entrypoint.sh', 'postgres'], { env, first: true })
    await eventually(() => server.stdout().includes('running bootstrap script'))
    assert.is(await engines(), 1)
    server.signal('SIGKILL')
    await eventually(async () => (await engines()) === 0)
  })

  test('leaves no database behind that has lost its node in the midst of a query', async ({ defer }) => {
    const program = join(import.meta.dirname, '../../../../sandbox/programs/postgres/engine-process.ts')
    const engine = fork(program, [temporary()], {
      serialization: 'advanced',
      stdio: ['pipe', 'ignore', 'ignore', 'ipc'],
    })
    defer(() => void engine.kill('SIGKILL'))
    const ask = (id: number, sql: string) => engine.send({ id, database: 'postgres', message: queryMessage(sql) })
    ask(1, 'SELECT 1')
    await once(engine, 'message')
    ask(2, 'SELECT count(*) FROM generate_series(1, 1000000000000)')
    engine.stdin?.destroy()
    assert.equal(await once(engine, 'exit'), [null, 'SIGKILL'])
  })

  test('wants a password for a new database', async () => {
    const { stderr, code } = await machine(image).run(['docker-entrypoint.sh', 'postgres'], { env: image.env })
    assert.match(stderr, /^Error: Database is uninitialized and superuser password is not specified\./)
    assert.is(code, 1)
  })

  test('refuses a folder that is not empty', async () => {
    const box = machine(image)
    await box.run(['mkdir', '-p', '/var/lib/postgresql/data/lost+found'])
    const { stderr, code } = await box.run(['docker-entrypoint.sh'], { env })
    assert.match(
      stderr,
      /directory "\/var\/lib\/postgresql\/data" exists but is not empty\ninitdb: detail: It contains a lost\+found/,
    )
    assert.is(code, 1)
  })

  test(
    'starts anew with its role, its database and its scripts, and stops in order',
    async ({ defer }) => {
      const script = {
        path: '/docker-entrypoint-initdb.d/1.sql',
        content: 'CREATE TABLE t (a int);\nINSERT INTO t VALUES (7);',
      }
      const commands = { path: '/tmp/psql.sql', content: await fixture('psql.sql') }
      const box = machine(image, { files: [script, commands] })
      const server = box.start(['docker-entrypoint.sh', 'postgres'], { env, first: true })
      defer(() => server.signal('SIGKILL'))
      const psql = (...args: string[]) => box.run(['psql', ...args], { env })
      await eventually(async () => server.stderr().split('ready to accept connections').length === 3, { limit: 30_000 })
      assert.match(server.stdout(), /running .*1\.sql\nCREATE TABLE\nINSERT 0 1\n/)
      assert.match(server.stdout(), /PostgreSQL init process complete; ready for start up\./)

      assert.equal(await psql('-U', 'app', '-d', 'shop', '-tAc', 'SELECT a, current_user FROM t'), {
        code: 0,
        stdout: '7|app\n',
        stderr: '',
      })
      assert.is(
        (await psql('-U', 'app', '-d', 'shop', '-tAc', 'SHOW data_directory; SHOW hba_file')).stdout,
        '/var/lib/postgresql/data\n/var/lib/postgresql/data/pg_hba.conf\n',
      )
      assert.match((await psql('-U', 'postgres', '-d', 'shop')).stderr, /FATAL: {2}role "postgres" does not exist\n$/)
      assert.match((await psql('-U', 'app', '-d', 'no')).stderr, /FATAL: {2}database "no" does not exist\n$/)
      assert.is(
        (await box.run(['pg_isready', '-h', '127.0.0.1'], { env })).stdout,
        '127.0.0.1:5432 - accepting connections\n',
      )
      assert.is((await box.run(['pg_isready', '-p', '99'], { env })).code, 2)

      // Recorded from psql 16 and a PostgreSQL 16 by fixtures/record.sh: backslash commands, and COPY.
      const described = await box.run(['sh', '-c', 'cd /tmp && psql -U app shop -f psql.sql 2>&1'], { env })
      assert.is(described.stdout, await fixture('psql.txt'))

      // While one is in a transaction, what another asks waits for its end.
      const first = box.start(['psql', '-U', 'app', 'shop', '-q'], { env })
      await first.write('BEGIN; UPDATE t SET a = 8;\n\\echo begun\n')
      await eventually(() => first.stdout().includes('begun'))
      const second = psql('-U', 'app', '-d', 'shop', '-tAc', 'SELECT DISTINCT a FROM t')
      await first.write('COMMIT;\n\\q\n')
      assert.is((await second).stdout, '8\n')

      const again = await box.run(['postgres'], { env, uid: 999 })
      assert.match(
        again.stderr,
        /FATAL: {2}lock file "postmaster.pid" already exists\n.*HINT: {2}Is another postmaster \(PID 1\)/,
      )
      const elsewhere = (...args: string[]) => box.run(['psql', '-h', '10.244.0.9', '-U', 'app', ...args], { env })
      assert.is((await elsewhere('-w', '-l')).code, 2)
      assert.not.match(server.stderr(), /password|pipe/)
      server.signal('SIGINT')
      assert.is((await server.ended).code, 0)
      assert.match(server.stderr(), /received fast shutdown request[^]*database system is shut down\n$/)
    },
    { limit: 120_000 },
  )
})
