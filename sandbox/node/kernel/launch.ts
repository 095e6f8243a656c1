import { type Credentials, root } from '../fs/credentials.ts'
import type { Program } from '../process.ts'
import type { Container, Task } from './task.ts'
import type { Description } from './description.ts'
import { load, type Loaded } from './execute.ts'
import { Handle } from './handle.ts'
import { TaskProcess } from './process.ts'
import { run } from './run.ts'
import type { TerminalDevice } from './terminal.ts'

export interface Launch {
  readonly argv: readonly string[]
  readonly env: ReadonlyMap<string, string>
  readonly cwd: string
  readonly credentials: Credentials
  /** 0, 1, 2. */
  readonly fds: readonly Description[]
  readonly terminal?: TerminalDevice | undefined
  /** Instead of the one that argv names. */
  readonly program?: Program
}

/** A process that comes from outside: a container's first, or an exec. Throws an Errno where there is no such program. */
export function launch(container: Container, { argv, env, cwd, credentials, fds, terminal, program }: Launch): Task {
  const { mounts } = container
  const from = mounts.at(cwd, mounts.root, { credentials: root, pid: 0 })
  // Found before there is a process, so that nothing is left of one that cannot be.
  const seeker = { container, here: from, credentials, pid: 0 }
  const loaded: Loaded = program === undefined ? load(seeker, argv, env.get('PATH')) : { program, argv, exe: '' }
  const task = new TaskProcess({
    container,
    parent: undefined,
    argv: loaded.argv,
    env,
    here: from,
    credentials,
    umask: 0o022,
    group: undefined,
    session: undefined,
    terminal,
  })
  task.exe = loaded.exe
  fds.forEach((description, number) => task.fds.set(number, new Handle(task, description)))
  if (terminal !== undefined && terminal.session === 0) {
    terminal.session = terminal.foreground = task.pid
    terminal.signal = (group, signal) => {
      for (const member of container.pids.inGroup(group)) member.deliver(signal)
    }
    terminal.stopped = () => container.pids.stoppedIn(task.session)
  }
  run(task, loaded.program)
  return task
}
