import { setTimeout as wait } from 'node:timers/promises'
import { type Clock, realClock } from '../../../sandbox/clock.ts'
import type { Signal } from '../../../sandbox/contracts.ts'
import { CharacterDevice } from '../../../sandbox/node/fs/devices.ts'
import { Quota } from '../../../sandbox/node/fs/quota.ts'
import { rootFor } from '../../../sandbox/node/fs/root.ts'
import { type Container, PidNamespace } from '../../../sandbox/node/kernel/task.ts'
import { outside } from '../../../sandbox/node/kernel/description.ts'
import { procSystem } from '../../../sandbox/node/fs/proc/index.ts'
import { launch } from '../../../sandbox/node/kernel/launch.ts'
import { Pipe, PipeReader, PipeWriter } from '../../../sandbox/node/kernel/pipe.ts'
import { Scheduler } from '../../../sandbox/node/kernel/scheduler.ts'
import { TerminalDevice, TerminalFile } from '../../../sandbox/node/kernel/terminal.ts'
import { Network } from '../../../sandbox/node/net/network.ts'
import { pause } from '../../../sandbox/node/pause.ts'
import type { Program } from '../../../sandbox/node/process.ts'
import type { ImageFile } from '../../../sandbox/programs/image.ts'

export interface MachineOptions {
  readonly clock?: Clock
  readonly files?: readonly ImageFile[]
  readonly readOnly?: boolean
  /** For files, in bytes. */
  readonly room?: number
}

export interface RunOptions {
  readonly stdin?: string | Uint8Array
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly uid?: number
  readonly gid?: number
  /** As the container's first process, which ignores what it does not handle, and takes all others with it when it ends. */
  readonly first?: boolean
  /** On a terminal: what it shows is stdout(), and write() types. */
  readonly tty?: boolean
}

export interface Ended {
  readonly stdout: string
  readonly stderr: string
  readonly code: number
}

/** A process that runs: its output so far, and a way to end it. */
export interface Running {
  readonly pid: number
  readonly stdout: () => string
  readonly stderr: () => string
  /** null: end of input. */
  write(data: string | null): Promise<void>
  /** From outside, as the kubelet does. */
  signal(signal: Signal): void
  readonly ended: Promise<Ended>
  readonly terminal: TerminalDevice | undefined
}

/** Real time, in which what still sleeps when the tests are over keeps nobody waiting. */
const clockOfTests: Clock = {
  ...realClock,
  sleep: async (milliseconds, signal) => {
    try {
      await wait(milliseconds, undefined, { ref: false, ...(signal === undefined ? {} : { signal }) })
    } catch (error) {
      signal?.throwIfAborted()
      throw error
    }
  },
}

/** A container to try programs in: the image's programs by path, on a clock of the test's choosing. */
export function machine(
  image:
    | ReadonlyMap<string, Program>
    | { readonly programs: ReadonlyMap<string, Program>; readonly files: readonly ImageFile[] },
  options: MachineOptions = {},
) {
  const programs = 'programs' in image ? image.programs : image
  const files = [...('programs' in image ? image.files : []), ...(options.files ?? [])]
  const clock = options.clock ?? clockOfTests
  const net = new Network(clock)
  const network = net.add('10.244.0.9')
  const { mounts, store, terminals } = rootFor({
    image: { programs: new Map([...programs, ['/pause', pause]]), files },
    readOnly: options.readOnly ?? false,
    quota: new Quota(options.room ?? 256 << 20),
    now: () => clock.now(),
  })
  const container: Container = {
    tasks: new Set(),
    calls: 0,
    pids: new PidNamespace(),
    mounts,
    network,
    net,
    hostname: 'machine',
    clock,
    scheduler: new Scheduler(),
  }

  mounts.mount({ path: '/proc', ...procSystem(container) })

  /** argv, or a script for /bin/sh -c. Its input is empty unless given, and stays open with `write`. */
  function start(command: readonly string[] | string, run: RunOptions = {}): Running {
    const argv = typeof command === 'string' ? ['/bin/sh', '-c', command] : command
    if (run.first !== true && container.pids.init === undefined) begin(['/pause'], {})
    return begin(argv, run)
  }

  function begin(argv: readonly string[], { env, cwd, uid = 0, gid = uid, stdin, tty = false }: RunOptions): Running {
    const input = new Pipe(clock.now())
    const writer = new PipeWriter(input)
    const output = [new Pipe(clock.now()), new Pipe(clock.now())]
    const terminal = tty ? screen() : undefined
    const file = terminal === undefined ? undefined : new TerminalFile(terminal.device)
    const task = launch(container, {
      terminal: terminal?.device,
      argv,
      env: new Map(
        Object.entries({ PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/', ...env }),
      ),
      cwd: cwd ?? '/',
      credentials: { uid, gid, groups: [] },
      fds:
        file === undefined
          ? [new PipeReader(input), ...output.map((pipe) => new PipeWriter(pipe))]
          : [file, file, file],
    })
    const [stdout, stderr] = output.map(collect)
    const write = async (data: string | Uint8Array | null) => {
      if (terminal !== undefined) terminal.device.input(data === null ? Uint8Array.of(4) : Buffer.from(data))
      else if (data === null) input.closeWriter()
      else await writer.write(Buffer.from(data), outside).catch(() => {})
    }
    if (stdin !== undefined) void write(stdin).then(() => write(null))
    return {
      pid: task.pid,
      stdout: () => terminal?.text() ?? stdout?.text() ?? '',
      stderr: () => stderr?.text() ?? '',
      write,
      signal: (signal) => task.deliver(signal, 'outside'),
      terminal: terminal?.device,
      ended: task.exited.then(async ({ code }) => {
        await Promise.race([
          Promise.all([stdout?.ended, stderr?.ended]),
          new Promise((done) => setImmediate(() => setImmediate(done))),
        ])
        return { code, stdout: terminal?.text() ?? stdout?.text() ?? '', stderr: stderr?.text() ?? '' }
      }),
    }
  }

  function screen() {
    const number = terminals.names().length
    const shown: Uint8Array[] = []
    const device = new TerminalDevice({
      name: `/dev/pts/${number}`,
      made: clock.now(),
      show: (data) => void shown.push(data),
    })
    terminals.put(String(number), new CharacterDevice(store, [136, number], () => new TerminalFile(device), 0o620))
    return { device, text: () => Buffer.concat(shown).toString() }
  }

  return {
    container,
    net,
    clock,
    start,
    /** Runs to the end, and gives what was printed. Its input is empty unless given. */
    run: (command: readonly string[] | string, run: RunOptions = {}): Promise<Ended> =>
      start(command, { stdin: '', ...run }).ended,
  }
}

function collect(pipe: Pipe): { readonly text: () => string; readonly ended: Promise<void> } {
  const parts: Uint8Array[] = []
  const reader = new PipeReader(pipe)
  const ended = (async () => {
    for (;;) {
      const part = await reader.read(65_536, outside)
      if (part.length === 0) return
      parts.push(part)
    }
  })()
  return { text: () => Buffer.concat(parts).toString(), ended }
}
