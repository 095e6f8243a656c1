import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import which from 'which'
import { refused } from './problem.ts'

export interface Finished {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number
}

/**
 * The kubectl to run: `--kubectl`, else KUBECTL_PATH as kubectl 1.37 sets it for its plugins, else PATH.
 * Returns an absolute path.
 */
export async function findKubectl(asked: string | undefined, env: NodeJS.ProcessEnv): Promise<string> {
  if (asked !== undefined) {
    const path = await which(asked.includes('/') ? resolve(asked) : asked, { path: env['PATH'], nothrow: true })
    if (path === null) throw refused(`There is no program ${asked}.`, 'give the path of a kubectl with --kubectl')
    return resolve(path)
  }
  const started = env['KUBECTL_PATH']
  if (started !== undefined && (await isExecutable(started))) return started
  const found = await which('kubectl', { path: env['PATH'], nothrow: true })
  if (found === null)
    throw refused(
      'There is no kubectl on PATH.',
      'install it (https://kubernetes.io/docs/tasks/tools) or give one with --kubectl PATH',
    )
  return resolve(found)
}

const isExecutable = (path: string) =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  )

interface RunOptions {
  readonly env: NodeJS.ProcessEnv
  /** Milliseconds until the child is ended: SIGTERM, and SIGKILL two seconds later. */
  readonly limit?: number
  /** Let a credential plugin talk to the person at the terminal. */
  readonly mayAsk?: boolean
}

/** Runs one kubectl without a shell and waits for it. Never throws for an exit code; -1 means that it could not be started. */
export function runKubectl(
  program: string,
  args: readonly string[],
  { env, limit, mayAsk = false }: RunOptions,
): Promise<Finished> {
  return new Promise((done) => {
    const child = spawn(program, args, {
      env,
      stdio: [mayAsk ? 'inherit' : 'ignore', 'pipe', mayAsk ? 'inherit' : 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    const timers =
      limit === undefined
        ? []
        : [setTimeout(() => child.kill('SIGTERM'), limit), setTimeout(() => child.kill('SIGKILL'), limit + 2000)]
    const finish = (exitCode: number, extra = '') => {
      timers.forEach(clearTimeout)
      done({ stdout, stderr: stderr + extra, exitCode })
    }
    child.on('error', (error) => finish(-1, error.message))
    child.on('close', (code) => finish(code ?? -1))
  })
}

/** What kubectl says last, to stand in a sentence of ours. */
export const lastLine = ({ stderr }: Finished) =>
  (stderr.trim().split('\n').at(-1) ?? '')
    .replace(/^error: /i, '')
    .replace(/ - did you specify the right host or port\?$/, '')
    .replace(/[.?]$/, '')
