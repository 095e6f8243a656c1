import type { Container } from '../../kernel/task.ts'
import type { Inode } from '../inode.ts'
import type { Mount } from '../mounts.ts'
import { fixed, type Owned, procDirectory, procFile, procLink } from './nodes.ts'
import { booted, cpuTotals, memory, processors, uptime, version } from './system.ts'
import { taskDirectory } from './task.ts'

/** /proc, as the processes of the container see it. */
export function procSystem(container: Container): Omit<Mount, 'path'> {
  const { clock, pids } = container
  const owned: Owned = { uid: 0, gid: 0, since: booted(clock) }
  const file = (name: string, content: () => string) => () => procFile(`/proc/${name}`, owned, content)
  const entries: Readonly<Record<string, () => Inode>> = {
    cmdline: file('cmdline', () => 'BOOT_IMAGE=/simulated\n'),
    cpuinfo: file('cpuinfo', () => processors),
    filesystems: file('filesystems', () => 'nodev\tproc\nnodev\ttmpfs\nnodev\toverlay\n\text4\n'),
    loadavg: file('loadavg', () => `0.10 0.08 0.05 1/${pids.tasks.size} ${Math.max(0, ...pids.tasks.keys())}\n`),
    meminfo: file('meminfo', () => memory),
    mounts: () => procLink('/proc/mounts', owned, () => 'self/mounts'),
    self: () => procLink('/proc/self', owned, ({ pid }) => String(pid)),
    stat: file('stat', () => `${cpuTotals}btime ${Math.round(booted(clock) / 1000)}\nprocesses ${pids.tasks.size}\n`),
    sys: () =>
      fixed('/proc/sys', owned, {
        kernel: () =>
          fixed('/proc/sys/kernel', owned, {
            hostname: file('sys/kernel/hostname', () => `${container.hostname}\n`),
            osrelease: file('sys/kernel/osrelease', () => `${version.split(' ')[2]}\n`),
            pid_max: file('sys/kernel/pid_max', () => '4194304\n'),
          }),
      }),
    uptime: file('uptime', () => uptime(clock)),
    version: file('version', () => version),
  }
  const known = new Map(Object.entries(entries))
  const root = procDirectory(
    '/proc',
    owned,
    () => [...[...pids.tasks.keys()].map(String), ...known.keys()],
    (name) => {
      const task = /^[1-9]\d*$/.test(name) ? pids.tasks.get(Number(name)) : undefined
      return task === undefined ? known.get(name)?.() : taskDirectory(task)
    },
  )
  const named = { source: 'proc', type: 'proc', options: 'nosuid,nodev,noexec,relatime' }
  return { root, readOnly: false, fs: { ...named, root, space: () => ({ total: 0, used: 0 }) } }
}
