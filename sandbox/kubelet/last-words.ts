import type { Id, Runtime } from '../contracts.ts'

/** The end of a container's log, at most 80 lines and 2,048 bytes: terminationMessagePolicy FallbackToLogsOnError. */
export async function lastWords(runtime: Runtime, id: Id): Promise<string> {
  const words: Uint8Array[] = []
  const query = { follow: false, tail: 80, signal: new AbortController().signal }
  for await (const lines of runtime.logs(id, query)) words.push(...lines.map(({ data }) => data))
  return Buffer.concat(words).subarray(-2048).toString()
}
