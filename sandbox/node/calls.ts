import type { MessagePort, Transferable, Worker } from 'node:worker_threads'
import { StartError } from '../contracts.ts'

type Port = MessagePort | Worker

interface Call {
  readonly number: number
  readonly method: string
  readonly args: readonly unknown[]
}

type Answer = { readonly number: number } & (
  | { readonly value: unknown }
  /** exitCode: a StartError's. */
  | { readonly failure: string; readonly exitCode: number | undefined }
)

interface Waiting {
  readonly done: (value: unknown) => void
  readonly fail: (error: Error) => void
}

/** What is served at a port's other end, in another thread. */
export class Remote {
  readonly #port: Port
  readonly #waiting = new Map<number, Waiting>()
  #calls = 0
  #lost: Error | undefined

  constructor(port: Port) {
    this.#port = port
    port.on('message', (answer: Answer) => {
      const waiting = this.#waiting.get(answer.number)
      this.#waiting.delete(answer.number)
      if ('value' in answer) waiting?.done(answer.value)
      else if (answer.exitCode === undefined) waiting?.fail(new Error(answer.failure))
      else waiting?.fail(new StartError(answer.exitCode, answer.failure))
    })
  }

  call(method: string, args: readonly unknown[] = [], transferred: Transferable[] = []): Promise<unknown> {
    return new Promise((done, fail) => {
      if (this.#lost !== undefined) return fail(this.#lost)
      this.#calls += 1
      this.#waiting.set(this.#calls, { done, fail })
      this.#port.postMessage({ number: this.#calls, method, args } satisfies Call, transferred)
    })
  }

  /** It is gone, and answers no more. */
  lose(why = new Error('the node has stopped')): void {
    this.#lost ??= why
    for (const { fail } of this.#waiting.values()) fail(this.#lost)
    this.#waiting.clear()
  }
}

/** Does what a Remote calls for. */
export function serve(port: Port, work: (method: string, args: readonly unknown[]) => unknown): void {
  const answerTo = async ({ number, method, args }: Call): Promise<void> => {
    const tell = (answer: Answer) => port.postMessage(answer)
    try {
      tell({ number, value: await work(method, args) })
    } catch (error) {
      const exitCode = error instanceof StartError ? error.exitCode : undefined
      tell({ number, failure: error instanceof Error ? error.message : String(error), exitCode })
    }
  }
  port.on('message', (call: Call) => void answerTo(call))
}
