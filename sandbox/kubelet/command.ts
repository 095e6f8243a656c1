import type { Id, Runtime } from '../contracts.ts'

export interface Outcome {
  readonly code: number
  readonly output: string
}

const longest = 10 * 1024

/** A command in a container, to its end; with the signal, given up. Rejects with a StartError. */
export async function run(runtime: Runtime, id: Id, argv: readonly string[], signal: AbortSignal): Promise<Outcome> {
  const session = runtime.exec(id, { argv, tty: false, stdin: false })
  const close = () => session.close()
  signal.addEventListener('abort', close)
  try {
    const exit = session.exit
    exit.catch(() => {})
    const ended = Promise.race([
      outputOf(session.output).then(async (output) => ({ output, code: await exit })),
      aborted(signal),
    ])
    return await ended
  } finally {
    signal.removeEventListener('abort', close)
  }
}

async function outputOf(output: AsyncIterable<{ readonly data: Uint8Array }>): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const { data } of output) {
    if (size < longest) chunks.push(data)
    size += data.length
  }
  return Buffer.concat(chunks).subarray(0, longest).toString()
}

const aborted = (signal: AbortSignal) =>
  new Promise<never>((_, fail) => {
    const rejected = () => fail(signal.reason as Error)
    if (signal.aborted) rejected()
    else signal.addEventListener('abort', rejected, { once: true })
  })
