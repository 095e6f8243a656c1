import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Event } from '../../../scripts/stage/events.ts'
import { type Terminal, terminal } from '../../support/terminal.ts'
import { searchPath, temporary } from './temporary.ts'

const root = join(import.meta.dirname, '../../..')

export interface Options {
  readonly kubeconfig: string
  readonly env?: NodeJS.ProcessEnv
  readonly cwd?: string
  /** What is to be typed into a pipe. Without it, stdin is /dev/null. */
  readonly input?: string
  /** Milliseconds until it is killed, and the test with it. */
  readonly limit?: number
  /** How many lines of stdout are read before its other end is closed, as `| head` would. */
  readonly lines?: number
}

export interface Result {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  /** With -o json: what each line of stdout holds, and in `strays` the lines that hold no JSON. */
  readonly events: readonly Event[]
  readonly strays: readonly string[]
  readonly seconds: number
}

export interface Tour {
  readonly pid: number
  readonly home: string
  readonly ended: Promise<Result>
  /** To the tour alone, as `kill PID` would. */
  readonly kill: (signal?: NodeJS.Signals) => void
  /** The first event, past or to come, that this is true of. Rejects when the tour ends without one. */
  readonly event: (matches: (event: Event) => boolean) => Promise<Event>
  /** Waits until it has said so, on stdout or stderr. Rejects when the tour ends without. */
  readonly says: (pattern: RegExp) => Promise<RegExpExecArray>
  /** The command lines of what it started and what still runs, kubectl proxy say. */
  readonly leftRunning: () => Promise<readonly string[]>
}

/** What a learner's machine has, and nothing of this one's own. */
function environment({ kubeconfig, env }: Pick<Options, 'kubeconfig' | 'env'>): NodeJS.ProcessEnv {
  const kept = ['NODE_V8_COVERAGE', 'TMPDIR', 'USER', 'LOGNAME'].filter((name) => process.env[name] !== undefined)
  return {
    ...Object.fromEntries(kept.map((name) => [name, process.env[name]])),
    PATH: searchPath(),
    HOME: temporary(),
    KUBECONFIG: kubeconfig,
    LANG: 'C',
    ...env,
  }
}

/** The program as it is developed; with TOUR_TEST_PROGRAM another, a built one say. */
function program(): readonly [command: string, ...args: string[]] {
  const other = process.env['TOUR_TEST_PROGRAM']
  if (other) return [process.execPath, other]
  return [process.execPath, '--import', import.meta.resolve('tsx'), join(root, 'bin/kubectl-tour.ts')]
}

export function tour(args: readonly string[], options: Options): Tour {
  const mark = randomUUID()
  const env: NodeJS.ProcessEnv = { ...environment(options), TOUR_TEST_MARK: mark }
  const json = /(^| )(-o|--output)[ =]?json( |$)/.test(args.join(' '))
  const [command, ...first] = program()
  const started = performance.now()
  // In the test file's own process group: where the runner kills that, the tour goes with it.
  const child = spawn(command, [...first, ...args], {
    env,
    cwd: options.cwd ?? temporary(),
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  })

  const events: Event[] = []
  const strays: string[] = []
  const waiting = new Set<() => void>()
  let stdout = ''
  let stderr = ''
  let rest = ''
  let over = false
  const report = () => `the tour said:\n${stdout.slice(-3000)}\n${stderr.slice(-3000)}`
  const awake = () => [...waiting].forEach((look) => look())

  const parsed = (line: string) => {
    try {
      events.push(JSON.parse(line) as Event)
    } catch {
      strays.push(line)
    }
  }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    if (json) lines.forEach(parsed)
    if (options.lines !== undefined && stdout.split('\n').length > options.lines) child.stdout?.destroy()
    awake()
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
    awake()
  })
  child.stdin?.on('error', () => {})
  child.stdin?.end(options.input)

  const ended = new Promise<Result>((resolve, reject) => {
    const limit = options.limit ?? 5 * 60_000
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`still playing after ${limit / 1000} s; ${report()}`))
    }, limit)
    child.on('error', reject)
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      if (json && rest) parsed(rest)
      over = true
      awake()
      resolve({ code, signal, stdout, stderr, events, strays, seconds: (performance.now() - started) / 1000 })
    })
  })
  ended.catch(() => {})

  const until = <T>(found: () => T | null | undefined, what: string) =>
    new Promise<T>((resolve, reject) => {
      const look = () => {
        const value = found()
        if (value === null || value === undefined) {
          if (over) reject(new Error(`the tour ended without ${what}; ${report()}`))
          return
        }
        waiting.delete(look)
        resolve(value)
      }
      waiting.add(look)
      ended.catch(reject)
      look()
    })

  return {
    pid: child.pid ?? -1,
    home: env['HOME'] ?? '',
    ended,
    kill: (signal = 'SIGTERM') => void child.kill(signal),
    event: (matches) => until(() => events.find(matches), `an event like ${matches.toString()}`),
    says: (pattern) => until(() => pattern.exec(stdout + stderr), pattern.toString()),
    leftRunning: () => marked(mark, child.pid),
  }
}

/** The tour on a terminal, as a learner sees it. */
export function tourOnTerminal(
  args: readonly string[],
  { cols = 80, rows = 24, ...options }: Omit<Options, 'input' | 'limit'> & { cols?: number; rows?: number },
): Terminal {
  const [command, ...first] = program()
  const env = { ...environment(options), TERM: 'xterm-256color', ...options.env }
  return terminal({ command: [command, ...first, ...args], env, cwd: options.cwd ?? temporary(), cols, rows })
}

async function marked(mark: string, except: number | undefined): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== except)
  const read = (pid: string, file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')
  const found = await Promise.all(
    pids.map(async (pid) => ((await read(pid, 'environ')).includes(mark) ? read(pid, 'cmdline') : '')),
  )
  return found.filter((command) => command !== '').map((command) => command.replaceAll('\0', ' ').trim())
}
