import { errno } from '../../errno.ts'
import { descriptionOf, isOpen } from '../../kernel/handle.ts'
import { numberOf } from '../../kernel/signals.ts'
import type { Task } from '../../kernel/task.ts'
import type { OpenFile, Stat } from '../../process.ts'
import type { Device, Directory, Inode, Walker } from '../inode.ts'
import { booted } from './system.ts'
import { fixed, type Owned, procDirectory, procFile, procLink } from './nodes.ts'

/** /proc/PID */
export function taskDirectory(task: Task): Directory {
  const { pid, container, credentials } = task
  const path = `/proc/${pid}`
  const owned: Owned = { ...credentials, since: task.started }
  const file = (name: string, content: () => string, mode?: number) => () =>
    procFile(`${path}/${name}`, owned, content, mode)
  // What ptrace may not look at is not for other users' eyes.
  const mine = (by: Walker) => {
    if (by.credentials.uid !== 0 && by.credentials.uid !== credentials.uid) throw errno('EACCES')
  }
  const link = (name: string, target: () => string, jump?: () => Inode) => () =>
    procLink(
      `${path}/${name}`,
      owned,
      (by) => (mine(by), target()),
      jump === undefined ? undefined : (by) => (mine(by), jump()),
    )
  const namespaces = {
    cgroup: 4_026_531_835,
    ipc: container.network.number + 2,
    mnt: container.mounts.number,
    net: container.network.number,
    pid: container.pids.number,
    time: 4_026_531_834,
    user: 4_026_531_837,
    uts: container.network.number + 1,
  }
  return fixed(path, owned, {
    cmdline: file('cmdline', () => (task.status === undefined ? task.argv.map((word) => `${word}\0`).join('') : '')),
    comm: file('comm', () => `${task.comm}\n`, 0o644),
    cgroup: file('cgroup', () => '0::/\n'),
    cwd: link('cwd', () => task.here.path),
    environ: file('environ', () => [...task.env].map(([name, value]) => `${name}=${value}\0`).join(''), 0o400),
    exe: link('exe', () => {
      if (task.exe === '') throw errno('ENOENT')
      return task.exe
    }),
    fd: () => descriptors(`${path}/fd`, owned, task, mine),
    mounts: file('mounts', () => mountTable(task)),
    ns: () =>
      fixed(
        `${path}/ns`,
        owned,
        Object.fromEntries(
          Object.entries(namespaces).map(([name, number]) => [name, link(`ns/${name}`, () => `${name}:[${number}]`)]),
        ),
        0o511,
      ),
    root: link('root', () => '/'),
    stat: file('stat', () => statLine(task)),
    status: file('status', () => statusLines(task)),
  })
}

function descriptors(path: string, owned: Owned, task: Task, mine: (by: Walker) => void): Directory {
  const entry = (number: string, file: OpenFile) => {
    const description = descriptionOf(file)
    return procLink(
      `${path}/${number}`,
      owned,
      (by) => (mine(by), description.name),
      (by) => {
        mine(by)
        const device: Device = {
          type: 'character',
          stat: () => seen(description.stat(), owned),
          change: () => {},
          open: (_task, flags) => description.reopen(flags),
        }
        return device
      },
      0o700,
    )
  }
  return procDirectory(
    path,
    owned,
    () => [...task.fds].filter(([, file]) => isOpen(file)).map(([number]) => String(number)),
    (number) => {
      const file = /^\d+$/.test(number) ? task.fds.get(Number(number)) : undefined
      return file === undefined || !isOpen(file) ? undefined : entry(number, file)
    },
    0o500,
  )
}

/** What has no place of its own in a file system belongs to whom runc, or the process itself, has made it for. */
const seen = (stat: Stat, { uid, gid }: Owned): Stat =>
  stat.type === 'file' || stat.type === 'directory' ? stat : { ...stat, uid, gid }

export function mountTable({ container: { mounts } }: Pick<Task, 'container'>): string {
  const escape = (text: string) => text.replaceAll('\\', '\\134').replaceAll(' ', '\\040')
  return mounts.mounts
    .map(
      ({ path, fs, readOnly }) =>
        `${fs.source} ${escape(path)} ${fs.type} ${readOnly ? 'ro' : 'rw'},${fs.options} 0 0\n`,
    )
    .join('')
}

const states = { R: 'R (running)', S: 'S (sleeping)', T: 'T (stopped)', Z: 'Z (zombie)' } as const

function statusLines(task: Task): string {
  const { uid, gid, groups } = task.credentials
  const capabilities = uid === 0 ? '00000000a80425fb' : '0000000000000000'
  const row = (name: string, value: string | number) => `${name}:\t${value}\n`
  const four = (id: number) => [id, id, id, id].join('\t')
  return [
    row('Name', task.comm),
    row('Umask', task.umask.toString(8).padStart(4, '0')),
    row('State', states[task.state]),
    row('Tgid', task.pid),
    row('Ngid', 0),
    row('Pid', task.pid),
    row('PPid', task.parent),
    row('TracerPid', 0),
    row('Uid', four(uid)),
    row('Gid', four(gid)),
    row('FDSize', 64),
    row('Groups', `${[...new Set([...groups, gid])].join(' ')} `),
    row('NStgid', task.pid),
    row('NSpid', task.pid),
    row('NSpgid', task.group),
    row('NSsid', task.session),
    row('VmSize', '    2584 kB'),
    row('VmRSS', '    1488 kB'),
    row('Threads', 1),
    row('SigIgn', mask(task, 'ignore')),
    row('SigCgt', mask(task, 'caught')),
    row('CapInh', '0000000000000000'),
    row('CapPrm', capabilities),
    row('CapEff', capabilities),
    row('CapBnd', '00000000a80425fb'),
    row('CapAmb', '0000000000000000'),
    row('NoNewPrivs', 0),
    row('Seccomp', 0),
    row('Cpus_allowed_list', '0-3'),
  ].join('')
}

function mask({ handlers }: Task, wanted: 'ignore' | 'caught'): string {
  let bits = 0n
  for (const [signal, action] of handlers)
    if ((action === 'ignore') === (wanted === 'ignore')) bits |= 1n << BigInt(numberOf(signal) - 1)
  return bits.toString(16).padStart(16, '0')
}

/** proc_pid_stat(5), of which most is the same for all. */
function statLine(task: Task): string {
  const { pid, comm, state, parent, group, session, terminal } = task
  const device = terminal === undefined ? 0 : 136 * 256 + Number(terminal.name.split('/').at(-1))
  const ticks = Math.max(0, Math.round((task.started - booted(task.container.clock)) / 10))
  return `${pid} (${comm}) ${state} ${parent} ${group} ${session} ${device} ${terminal?.foreground ?? -1} 4194560 803 0 0 0 0 1 0 0 20 0 1 0 ${ticks} 2646016 372 18446744073709551615 0 0 0 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n`
}
