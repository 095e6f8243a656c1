import { spawn, type SpawnOptions } from 'node:child_process'

export interface Outcome {
  /** What was written to stdout and stderr, in the order in which it came. */
  readonly output: string
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly late: boolean
  readonly seconds: number
}

interface Options extends Pick<SpawnOptions, 'cwd' | 'env'> {
  /** Milliseconds, after which the child and all that it started are killed. */
  readonly limit: number
  readonly onOutput?: (text: string) => void
}

const running = new Set<number>()

/** Runs a program in a process group of its own, of which nothing is left when it has ended. Never rejects. */
export function runs(
  command: string,
  args: readonly string[],
  { limit, onOutput, ...options }: Options,
): Promise<Outcome> {
  const started = performance.now()
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    const { pid } = child
    if (pid !== undefined) running.add(pid)
    let output = ''
    let late = false
    const collect = (chunk: string) => {
      output += chunk
      onOutput?.(chunk)
    }
    child.stdout?.setEncoding('utf8').on('data', collect)
    child.stderr?.setEncoding('utf8').on('data', collect)
    const timer = setTimeout(() => {
      late = true
      killGroup(pid)
    }, limit)

    const end = (code: number | null, signal: NodeJS.Signals | null) => {
      clearTimeout(timer)
      if (pid !== undefined) running.delete(pid)
      resolve({ output, code, signal, late, seconds: (performance.now() - started) / 1000 })
    }
    child.on('error', (error) => {
      output += error.message
      end(null, null)
    })
    // What the child leaves running would hold its pipes open, and up the end.
    child.on('exit', () => killGroup(pid))
    child.on('close', end)
  })
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    for (const leader of running) killGroup(leader)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}

function killGroup(leader: number | undefined): void {
  if (leader === undefined) return
  try {
    process.kill(-leader, 'SIGKILL')
  } catch {
    // It is gone.
  }
}
