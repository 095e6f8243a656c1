import type { ExecQuery, Session } from '../contracts.ts'
import type { RunningContainer } from './container.ts'
import { errno } from './errno.ts'
import { nowhere } from './fs/devices.ts'
import { outside } from './kernel/description.ts'
import { Outlet } from './kernel/outlet.ts'
import { Pipe, PipeReader, PipeWriter } from './kernel/pipe.ts'
import { TerminalFile } from './kernel/terminal.ts'
import { Queue } from './queue.ts'

interface Chunk {
  readonly stream: 'stdout' | 'stderr'
  readonly data: Uint8Array
}

/** Output that waits for whoever looks on, at most. */
const ahead = 256 * 1024

/** Connected to a container's first process: what it prints from now on. */
export function attach(container: RunningContainer, exited: Promise<number>): Session {
  const output = new Queue<Chunk>(ahead)
  const deaf = container.log.listen((stream, data) => output.push({ stream, data }, data.length))
  const { terminal } = container
  void exited.then(() => output.end())
  const { tty, stdinOnce } = container.spec
  return {
    write: async (data) => {
      if (data !== null || (stdinOnce && !tty)) return container.type(data)
      // As containerd: it is not the input that ends, but the look at the output.
      deaf()
      output.end()
    },
    resize: (columns, rows) => terminal?.resize(columns, rows),
    output,
    // How the process ends is nothing that an attach tells of.
    exit: Promise.resolve(0),
    close: () => {
      deaf()
      output.close()
    },
  }
}

/** Another process in a container, with somebody connected to it. Throws a StartError. */
export function exec(container: RunningContainer, { argv, stdin, tty }: ExecQuery): Session {
  return tty ? onTerminal(container, argv) : onPipes(container, argv, stdin)
}

function onTerminal(container: RunningContainer, argv: readonly string[]): Session {
  const output = new Queue<Chunk>(ahead)
  const device = container.openTerminal((data) => output.push({ stream: 'stdout', data }, data.length))
  const file = new TerminalFile(device)
  const close = () => {
    output.close()
    container.closeTerminal(device)
  }
  try {
    const task = container.run(argv, [file, file, file], device)
    const exit = task.exited.then(({ code }) => {
      container.closeTerminal(device)
      output.end()
      return code
    })
    return {
      write: async (data) => device.input(data ?? endOfInput),
      resize: (columns, rows) => device.resize(columns, rows),
      output,
      exit,
      close,
    }
  } catch (error) {
    close()
    throw error
  }
}

/** ^D */
const endOfInput = Uint8Array.of(4)

function onPipes(container: RunningContainer, argv: readonly string[], stdin: boolean): Session {
  const made = container.kernel.clock.now()
  const output = new Queue<Chunk>(ahead)
  const input = stdin ? new PipeWriter(new Pipe(made)) : undefined
  let writing = 2
  const outlet = (stream: Chunk['stream']) => {
    const write = (data: Uint8Array) =>
      output.closed ? Promise.reject(errno('EPIPE')) : output.push({ stream, data: data.slice() }, data.length)
    return new Outlet(made, write, () => {
      writing -= 1
      if (writing === 0) output.end()
    })
  }
  const read = input === undefined ? nowhere(made) : new PipeReader(input.pipe)
  const task = container.run(argv, [read, outlet('stdout'), outlet('stderr')], undefined)
  let open = true
  const endInput = () => {
    if (open) input?.drop()
    open = false
  }
  input?.hold()
  return {
    write: async (data) => {
      if (data === null) endInput()
      else if (open) await input?.write(data, outside).catch(() => {})
    },
    resize: () => {},
    output,
    exit: task.exited.then(({ code }) => code),
    close: () => {
      endInput()
      output.close()
    },
  }
}
