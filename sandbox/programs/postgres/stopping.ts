import type { Listener, Process } from '../../node/process.ts'
import { serveClient } from './backend.ts'
import type { Host } from './backend.ts'

type Stop = 'smart' | 'fast' | 'immediate' | 'died'

/** Takes clients until it is told to end, and how. */
export async function untilStopped(
  process: Process,
  listeners: readonly Listener[],
  host: Host,
  engineEnded: Promise<void>,
): Promise<Stop> {
  const clients = new Set<Promise<unknown>>()
  let stop: (how: Stop) => void = () => {}
  const stopped = new Promise<Stop>((done) => (stop = done))
  process.on('SIGTERM', () => stop('smart'))
  process.on('SIGINT', () => stop('fast'))
  process.on('SIGQUIT', () => stop('immediate'))
  process.on('SIGHUP', () => void host.log('LOG', 'received SIGHUP, reloading configuration files'))
  void engineEnded.then(() => stop('died'))
  const accept = async (listener: Listener) => {
    for (;;) {
      const socket = await listener.accept()
      const child = await process.fork((own) => serveClient(own, socket, host).then(() => 0))
      const ended = child.wait()
      clients.add(ended)
      void ended.then(
        () => clients.delete(ended),
        () => clients.delete(ended),
      )
    }
  }
  for (const listener of listeners) accept(listener).catch(() => {})
  const killed = new Promise<never>((_done, fail) => {
    const ending = () => fail(process.ending.reason as Error)
    if (process.ending.aborted) ending()
    else process.ending.addEventListener('abort', ending)
  })
  const how = await Promise.race([stopped, killed])
  if (how !== 'smart') return how
  const others = new Promise<Stop>((done) => {
    process.on('SIGINT', () => done('fast'))
    process.on('SIGQUIT', () => done('immediate'))
  })
  const left = async (): Promise<Stop> => {
    while (clients.size > 0) await Promise.all([...clients].map((each) => each.catch(() => {})))
    return 'smart'
  }
  return Promise.race([left(), others, killed])
}
