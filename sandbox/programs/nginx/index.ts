import { Errno, type Process, type Program } from '../../node/process.ts'
import { type Options, parseOptions, WrongOption } from '../applets/options.ts'
import { Logs } from './logs.ts'
import { Master, workerOf } from './master.ts'
import { version } from './pages.ts'
import { type Settings, settingsOf } from './settings.ts'
import { ConfigError, parse, readConfig, refused } from './syntax.ts'

const signals: ReadonlyMap<string, 'SIGTERM' | 'SIGQUIT' | 'SIGUSR1' | 'SIGHUP'> = new Map([
  ['stop', 'SIGTERM'],
  ['quit', 'SIGQUIT'],
  ['reopen', 'SIGUSR1'],
  ['reload', 'SIGHUP'],
])

const help = `nginx version: ${version}
Usage: nginx [-?hvVtTq] [-s signal] [-p prefix]
             [-e filename] [-c filename] [-g directives]

Options:
  -?,-h         : this help
  -v            : show version and exit
  -V            : show version and configure options then exit
  -t            : test configuration and exit
  -T            : test configuration, dump it and exit
  -q            : suppress non-error messages during configuration testing
  -s signal     : send signal to a master process: stop, quit, reopen, reload
  -p prefix     : set prefix path (default: /usr/share/nginx/)
  -e filename   : set error log file (default: stderr)
  -c filename   : set configuration file (default: /etc/nginx/nginx.conf)
  -g directives : set global directives out of configuration file

`

/** nginx: a master, its workers and static files. */
export const nginx: Program = async (process) => {
  const say = async (text: string) => process.fds.get(2)?.write(Buffer.from(text))
  let options: Options
  try {
    const parsed = parseOptions(process.argv.slice(1), '?hvVtTqs:p:e:c:g:')
    if (parsed.words[0] !== undefined) throw new WrongOption(`-${parsed.words[0]}`, '')
    options = parsed.options
  } catch (error) {
    if (!(error instanceof WrongOption)) throw error
    const needed = /^-[sg]$/.test(error.option) ? 'parameter' : 'file name'
    const why = error.lacksValue
      ? `option "${error.option}" requires ${needed}`
      : `invalid option: "${error.option.slice(1)}"`
    await say(`nginx: ${why}\n`)
    return 1
  }
  const value = (letter: string) => options.get(letter)?.at(-1)
  if (options.has('v') || options.has('V')) return (await say(`nginx version: ${version}\n`), 0)
  if (options.has('h') || options.has('?')) return (await say(help), 0)
  const signal = value('s')
  if (signal !== undefined && !signals.has(signal)) return (await say(`nginx: invalid option: "-s ${signal}"\n`), 1)

  const path = value('c') ?? '/etc/nginx/nginx.conf'
  const logs = new Logs(process)
  try {
    const settings = await read(process, path, value('g') ?? '')
    if (signal !== undefined) return await send(process, logs, settings, signal)
    if (options.has('t') || options.has('T')) {
      await say(`nginx: the configuration file ${path} syntax is ok\n`)
      await prepare(process, settings, logs)
      await say(`nginx: configuration file ${path} test is successful\n`)
      return 0
    }
    await prepare(process, settings, logs)
    return await serve(process, logs, settings, () => read(process, path, value('g') ?? ''))
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    logs.error('emerg', process.pid, error.message)
    await logs.flush()
    await say(`nginx: [emerg] ${error.message}\n`)
    if (options.has('t') || options.has('T')) await say(`nginx: configuration file ${path} test failed\n`)
    return 1
  }
}

async function read(process: Process, path: string, more: string): Promise<Settings> {
  const base = path.replace(/\/[^/]*$/, '')
  const main = await readConfig(process.files, path, base)
  return settingsOf([
    ...main,
    ...(await parse(process.files, more === '' || /;\s*$/.test(more) ? more : `${more};`, 'command line', base)),
  ])
}

/** What is made before any port is bound: logs, and folders for bodies that nobody sends here. */
async function prepare(process: Process, settings: Settings, logs: Logs): Promise<void> {
  try {
    await logs.open(settings)
  } catch (error) {
    if (error instanceof ConfigError && error.message.includes(settings.errorLog.path))
      await process.fds.get(2)?.write(Buffer.from(`nginx: [alert] could not open error log file: ${error.message}\n`))
    throw error
  }
  const owner = await workerOf(process, settings)
  for (const folder of settings.temporary)
    try {
      await process.files.makeDirectory(folder, 0o700)
      if (owner !== undefined) await process.files.chown(folder, owner.uid, 0)
    } catch (error) {
      if (!(error instanceof Errno) || error.code !== 'EEXIST') throw refused('mkdir', folder, error)
    }
}

async function serve(
  process: Process,
  logs: Logs,
  settings: Settings,
  again: () => Promise<Settings>,
): Promise<number> {
  const run = async (own: Process, bound: () => void): Promise<number> => {
    const master = new Master(own, logs, settings, again)
    await master.bind()
    await own.files.write(settings.pid, Buffer.from(`${own.pid}\n`)).catch((error: unknown) => {
      throw refused('open', settings.pid, error)
    })
    own.title([`nginx: master process ${process.argv.join(' ')}`])
    bound()
    return master.run()
  }
  if (!settings.daemon) return run(process, () => undefined)
  // A daemon leaves its parent as soon as it has its ports: in a container that is the end.
  return new Promise<number>((done, fail) => {
    const child = async (own: Process): Promise<number> => {
      try {
        return await run(own, () => done(0))
      } catch (error) {
        fail(error)
        return 1
      }
    }
    process.fork(child, { group: 'new' }).catch(fail)
  })
}

async function send(process: Process, logs: Logs, settings: Settings, name: string): Promise<number> {
  await logs.open(settings)
  logs.error('notice', process.pid, 'signal process started')
  await logs.flush()
  const say = async (text: string) => process.fds.get(2)?.write(Buffer.from(`nginx: [error] ${text}\n`))
  try {
    const text = Buffer.from(await process.files.read(settings.pid))
      .toString()
      .trim()
    if (!/^\d+$/.test(text)) return (await say(`invalid PID number "${text}" in "${settings.pid}"`), 1)
    process.kill(Number(text), signals.get(name) ?? 'SIGTERM')
    return 0
  } catch (error) {
    if (!(error instanceof Errno)) throw error
    const failure =
      error.code === 'ESRCH'
        ? `kill(1, ${name}) failed (3: No such process)`
        : refused('open', settings.pid, error).message
    return (await say(failure), 1)
  }
}
