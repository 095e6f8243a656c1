import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..')
export const program = join(root, 'dist', 'bin', 'kubectl-tour.js')

export interface Run {
  readonly seconds: number
  readonly stdout: string
  /** Peak resident memory of the process itself, in megabytes; 0 where /proc does not tell. */
  readonly megabytes: number
}

/** Runs a command to its end. Throws when it fails: a benchmark of failures says nothing. */
export function timed(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Run> {
  return new Promise((done, failed) => {
    const began = performance.now()
    const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    let megabytes = 0
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    const sample = setInterval(() => (megabytes = Math.max(megabytes, peakOf(child.pid ?? 0))), 100)
    child.on('error', failed)
    child.on('close', (code) => {
      clearInterval(sample)
      if (code === 0) done({ seconds: (performance.now() - began) / 1000, stdout, megabytes })
      else failed(new Error(`${command} ${args.join(' ')} ended with ${code}\n${stderr}\n${stdout.slice(-2000)}`))
    })
  })
}

/** VmHWM: the most that the process ever held. */
function peakOf(pid: number): number {
  try {
    const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return Number(kilobytes ?? 0) / 1000
  } catch {
    return 0
  }
}

export async function inTurn<T>(times: number, work: () => Promise<T>): Promise<readonly T[]> {
  const results: T[] = []
  for (let run = 0; run < times; run += 1) results.push(await work())
  return results
}

export function median(values: readonly number[]): number {
  const ordered = values.toSorted((a, b) => a - b)
  const middle = Math.floor(ordered.length / 2)
  return ordered.length % 2 === 1 ? (ordered[middle] ?? 0) : ((ordered[middle - 1] ?? 0) + (ordered[middle] ?? 0)) / 2
}

/** A figure, what it may be at most, and how it is written. */
export interface Figure {
  readonly what: string
  readonly value: number
  readonly atMost: number
  readonly unit: '' | ' s' | ' ms' | ' MB' | ' %'
  readonly note: string
}

export const asTable = (figures: readonly Figure[]) =>
  [
    '| what | measured | at most | |',
    '| --- | --- | --- | --- |',
    ...figures.map(
      ({ what, value, atMost, unit, note }) =>
        `| ${what} | ${written(value, unit)} | ${written(atMost, unit)} | ${note} |`,
    ),
  ].join('\n')

const written = (value: number, unit: string) => `${value.toFixed(unit === ' MB' || unit === ' ms' ? 0 : 2)}${unit}`
