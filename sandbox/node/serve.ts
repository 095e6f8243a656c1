import type { MessagePort } from 'node:worker_threads'
import { type Connection, type Session, StartError } from '../contracts.ts'
import { endless } from './kernel/description.ts'
import { Waiters } from './kernel/waiters.ts'
import type { LocalRuntime } from './local.ts'
import {
  type Failure,
  type FromWorker,
  type Opening,
  type StreamIn,
  type StreamOut,
  type ToWorker,
  window,
} from './wire.ts'

const failureOf = (error: unknown): Failure => ({
  message: error instanceof Error ? error.message : String(error),
  ...(error instanceof StartError ? { exitCode: error.exitCode } : {}),
})

/** The worker's side: does on its runtime what the main thread asks for. */
export function serve(runtime: LocalRuntime, port: Pick<MessagePort, 'on' | 'postMessage'>): void {
  const tell = (message: FromWorker) => port.postMessage(message)
  const call = async (number: number, method: string, args: readonly unknown[]) => {
    try {
      const work = Reflect.get(runtime, method) as (...given: readonly unknown[]) => Promise<unknown>
      tell({ type: 'answer', number, value: await work.apply(runtime, [...args]) })
    } catch (error) {
      tell({ type: 'answer', number, failure: failureOf(error) })
    }
  }
  port.on('message', (message: ToWorker) => {
    switch (message.type) {
      case 'call':
        return void call(message.number, message.method, message.args)
      case 'open':
        return void open(runtime, message.opening, message.port)
      case 'ping':
        return tell({ type: 'pong' })
    }
  })
  void (async () => {
    for await (const exit of runtime.exits) tell({ type: 'exit', exit })
  })()
}

async function open(runtime: LocalRuntime, opening: Opening, port: MessagePort): Promise<void> {
  const tell = (message: StreamOut) => port.postMessage(message)
  const closing = endless()
  const taken = new Waiters()
  const counts = { onWay: 0 }
  const full = () => counts.onWay >= window && !closing.signal.aborted
  let target: Partial<Session & Connection> = {}
  port.on('message', (message: StreamIn) => {
    switch (message.type) {
      case 'input':
        return void Promise.resolve(target.write?.(message.data)).then(() => tell({ type: 'written' }))
      case 'resize':
        return target.resize?.(message.columns, message.rows)
      case 'taken':
        counts.onWay -= 1
        return taken.wake()
      case 'close':
        closing.abort()
        return target.close?.()
    }
  })
  port.on('close', () => {
    closing.abort()
    target.close?.()
  })
  try {
    const { output, exit, ...rest } = await opened(runtime, opening, closing.signal)
    target = rest
    tell({ type: 'open' })
    void exit?.then(
      (code) => tell({ type: 'exit', code }),
      (error: unknown) => tell({ type: 'failure', failure: failureOf(error) }),
    )
    for await (const item of output) {
      tell({ type: 'output', item })
      counts.onWay += 1
      while (full()) await taken.wait(closing.signal).catch(() => {})
      if (closing.signal.aborted) break
    }
    tell({ type: 'end' })
    await exit?.catch(() => {})
  } catch (error) {
    tell({ type: 'failure', failure: failureOf(error) })
    tell({ type: 'end' })
  }
}

interface Opened extends Partial<Omit<Session & Connection, 'output' | 'exit'>> {
  readonly output: AsyncIterable<Extract<StreamOut, { readonly type: 'output' }>['item']>
  readonly exit?: Promise<number>
}

async function opened(runtime: LocalRuntime, opening: Opening, signal: AbortSignal): Promise<Opened> {
  switch (opening.kind) {
    case 'exec':
      return runtime.exec(opening.id, opening.query)
    case 'attach':
      return runtime.attach(opening.id)
    case 'logs':
      return { output: runtime.logs(opening.id, { follow: opening.follow, signal }) }
    case 'connect':
      return runtime.connect(opening.ip, opening.port, opening.inside)
  }
}
