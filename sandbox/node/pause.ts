import type { Clock } from '../clock.ts'
import { nowhere, type Pod } from './container.ts'
import { procSystem } from './fs/proc/index.ts'
import type { Quota } from './fs/quota.ts'
import { rootFor } from './fs/root.ts'
import { Activity, type Container } from './kernel/container.ts'
import { launch } from './kernel/launch.ts'
import type { PidNamespace } from './kernel/namespace.ts'
import type { Scheduler } from './kernel/scheduler.ts'
import type { Network } from './net/network.ts'
import type { Program } from './process.ts'

/** Holds a Pod's namespaces, and ends when it is told to. */
export const pause: Program = (process) =>
  new Promise((end, fail) => {
    process.on('SIGTERM', () => end(0))
    process.on('SIGINT', () => end(0))
    process.ending.addEventListener('abort', () => fail(process.ending.reason as Error), { once: true })
  })

const image = { files: [], programs: new Map([['/pause', pause]]) }

interface Shared {
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly quota: Quota
  readonly net: Network
}

/** Process 1 of a Pod whose containers share their processes; gives what ends it, and them with it. */
export function openPause(
  { sandbox, network, pids }: Pod & { readonly pids: PidNamespace },
  { clock, scheduler, quota, net }: Shared,
): () => void {
  const { mounts } = rootFor({ image, readOnly: true, quota, now: () => clock.now() })
  const container: Container = {
    tasks: new Set(),
    activity: new Activity(),
    mounts,
    pids,
    network,
    net,
    hostname: sandbox.hostname,
    clock,
    scheduler,
  }
  mounts.mount({ path: '/proc', ...procSystem(container) })
  const devNull = nowhere(clock.now())
  const task = launch(container, {
    argv: ['/pause'],
    env: new Map(),
    cwd: '/',
    credentials: { uid: sandbox.user ?? 0, gid: sandbox.group ?? 0, groups: [] },
    fds: [devNull, devNull, devNull],
  })
  return () => task.deliver('SIGKILL', 'outside')
}
