import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFile, readlink } from 'node:fs/promises'
import { hostname, userInfo } from 'node:os'
import { promisify } from 'node:util'
import type { LessonName } from '../../contents.ts'
import type { ApiObject } from '../api.ts'

/** The label that finds what is the tour's. */
export const managedBy = { 'app.kubernetes.io/managed-by': 'kubectl-tour' } as const
export const ours = 'app.kubernetes.io/managed-by=kubectl-tour'

/** Who plays: enough to tell, from any machine, whether a run still lives and whose it is. */
export interface Identity {
  readonly run: string
  readonly user: string
  readonly host: string
  /** The space in which `pid` means something: this boot of this machine, and the container in it. */
  readonly processes: string
  readonly pid: number
  /** When that process started, as the machine tells it: a pid alone may be somebody else's by now. */
  readonly started: string
}

const prefix = 'kubectl-tour/'

export async function identify(): Promise<Identity> {
  return {
    run: randomUUID(),
    user: userName(),
    host: hostname(),
    processes: await processSpace(),
    pid: process.pid,
    started: (await startOf(process.pid)) ?? '',
  }
}

export function annotations(identity: Identity, lesson: LessonName): Record<string, string> {
  const entries = Object.entries({ ...identity, lesson }).map(
    ([key, value]) => [`${prefix}${key}`, String(value)] as const,
  )
  return Object.fromEntries(entries)
}

/** The run that made this object; undefined where the tour did not make it. */
export function runOf(object: ApiObject): (Identity & { readonly lesson: string }) | undefined {
  const { labels, annotations: notes } = object.metadata
  const read = (key: string) => notes?.[`${prefix}${key}`] ?? ''
  if (labels?.['app.kubernetes.io/managed-by'] !== 'kubectl-tour' || read('run') === '') return undefined
  return {
    run: read('run'),
    user: read('user'),
    host: read('host'),
    processes: read('processes'),
    pid: Number(read('pid')),
    started: read('started'),
    lesson: read('lesson'),
  }
}

export const isSameUser = (a: Identity, b: Identity) => a.user === b.user && a.host === b.host

export const whose = ({ user, host }: Identity) => `${user} on ${host}`

/** Whether the process that made a record still runs: undefined where only its Lease can tell, because it ran elsewhere. */
export async function runsHere(other: Identity, here: Identity): Promise<boolean | undefined> {
  if (other.processes !== here.processes) return undefined
  return (await startOf(other.pid)) === other.started
}

const userName = () => {
  try {
    return userInfo().username
  } catch {
    // A container may run under a UID that has no name.
    return String(process.getuid?.() ?? 'unknown')
  }
}

async function processSpace(): Promise<string> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')
  const space = await readlink('/proc/self/ns/pid').catch(() => '')
  return [hostname(), boot.trim(), space].filter((part) => part !== '').join(' ')
}

/** When a process started; undefined where there is none. The 22nd field of /proc/PID/stat, or what ps says where there is no /proc. */
async function startOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  // The second field is the command's name in parentheses, and may hold anything.
  if (stat !== undefined) return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  if (process.platform === 'linux') return undefined
  const printed = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)]).catch(() => ({ stdout: '' }))
  return printed.stdout.trim() || undefined
}
