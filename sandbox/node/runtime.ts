import type { Connection, ContainerExit, Line, Runtime, Session } from '../contracts.ts'
import type { Queue } from './queue.ts'
import type { Remote } from './remote.ts'

/** A Runtime that asks whichever worker is the node's now. */
export function remoteRuntime(
  remote: () => Remote,
  exits: Queue<ContainerExit>,
  onReboot: (listener: () => void) => void,
  close: () => Promise<void>,
): Runtime {
  const session = (opening: Parameters<Remote['open']>[0]): Session => {
    const stream = remote().open(opening)
    return {
      write: (data) => stream.write(data),
      resize: (columns, rows) => stream.resize(columns, rows),
      output: stream.output() as Session['output'],
      exit: stream.exit,
      close: () => stream.close(),
    }
  }
  return {
    openPod: async (pod) => void (await remote().call('openPod', pod)),
    closePod: async (pod) => void (await remote().call('closePod', pod)),
    volume: async (id, source) => void (await remote().call('volume', id, source)),
    removeVolume: async (id) => void (await remote().call('removeVolume', id)),
    network: async (table) => void (await remote().call('network', table)),
    start: async (spec) => (await remote().call('start', spec)) as string,
    signal: async (id, signal) => void (await remote().call('signal', id, signal)),
    remove: async (id) => void (await remote().call('remove', id)),
    exec: (id, query) => session({ kind: 'exec', id, query }),
    attach: (id, query) => session({ kind: 'attach', id, query }),
    async *logs(id, { follow, signal }) {
      const stream = remote().open({ kind: 'logs', id, follow })
      const stop = () => stream.close()
      signal.addEventListener('abort', stop, { once: true })
      try {
        if (!signal.aborted) for await (const line of stream.output()) yield line as Line
      } finally {
        signal.removeEventListener('abort', stop)
        stop()
      }
    },
    async connect(ip, port, inside) {
      const stream = remote().open({ kind: 'connect', ip, port, inside })
      await stream.opened
      return {
        write: (data) => stream.write(data),
        output: stream.output() as Connection['output'],
        close: () => stream.close(),
      }
    },
    exits,
    onReboot,
    close,
  }
}
