import { type ExecQuery, type Session, StartError } from '../contracts.ts'
import { nowhere, type RunningContainer } from './container.ts'
import { outside } from './kernel/description.ts'
import { Pipe, PipeReader, PipeWriter } from './kernel/pipe.ts'
import { TerminalFile } from './kernel/terminal.ts'
import { Queue } from './queue.ts'

interface Chunk {
  readonly stream: 'stdout' | 'stderr'
  readonly data: Uint8Array
}

/** Output that waits for whoever looks on, at most. */
const ahead = 256 * 1024

/** Another process in a container, with somebody connected to it. */
export function exec(container: RunningContainer, query: ExecQuery): Session {
  try {
    return query.tty ? onTerminal(container, query) : onPipes(container, query)
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    return refused(error)
  }
}

/** A session that never came to be. */
export function refused(error: StartError): Session {
  const output = new Queue<Chunk>()
  output.end()
  return { write: async () => {}, resize: () => {}, output, exit: failing(error), close: () => {} }
}

/** Rejects, whether anybody asks or not. */
function failing(why: StartError): Promise<number> {
  const failure = Promise.reject<number>(why)
  failure.catch(() => {})
  return failure
}

/** Connected to a container's first process: what it prints from now on. */
export function attach(container: RunningContainer, exited: Promise<number>): Session {
  const output = new Queue<Chunk>(ahead)
  const deaf = container.log.listen((stream, data) => output.push({ stream, data }, data.length))
  const { terminal } = container
  void exited.then(() => output.end())
  return {
    write: (data) => container.type(data),
    resize: (columns, rows) => terminal?.resize(columns, rows),
    output,
    exit: exited,
    close: () => {
      deaf()
      output.close()
    },
  }
}

function onTerminal(container: RunningContainer, { argv }: ExecQuery): Session {
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

function onPipes(container: RunningContainer, { argv, stdin }: ExecQuery): Session {
  const made = container.kernel.clock.now()
  const output = new Queue<Chunk>(ahead)
  const input = stdin ? new Pipe(made) : undefined
  const pipes = { stdout: new Pipe(made), stderr: new Pipe(made) }
  const writer = input === undefined ? undefined : new PipeWriter(input)
  // Whoever writes at once has to find a reader.
  for (const pipe of [pipes.stdout, pipes.stderr]) pipe.readers += 1
  const task = container.run(
    argv,
    [
      input === undefined ? nowhere(made) : new PipeReader(input),
      new PipeWriter(pipes.stdout),
      new PipeWriter(pipes.stderr),
    ],
    undefined,
  )
  const closing = new AbortController()
  const pumps = (['stdout', 'stderr'] as const).map(async (stream) => {
    const pipe = pipes[stream]
    try {
      for (;;) {
        const data = await pipe.read(32_768, { ending: closing.signal })
        if (data.length === 0 || output.closed) return
        await output.push({ stream, data }, data.length)
      }
    } catch {
      // Closed: who still writes learns that nobody reads.
    } finally {
      pipe.closeReader()
    }
  })
  let open = true
  const endInput = () => {
    if (open && writer !== undefined) writer.drop()
    open = false
  }
  writer?.hold()
  void Promise.all(pumps).then(() => output.end())
  return {
    write: async (data) => {
      if (data === null) endInput()
      else if (open) await writer?.write(data, outside).catch(() => {})
    },
    resize: () => {},
    output,
    exit: task.exited.then(({ code }) => code),
    close: () => {
      endInput()
      closing.abort()
      output.close()
    },
  }
}
