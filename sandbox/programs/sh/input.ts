import type { OpenFile } from '../../node/process.ts'

const waiting = new WeakMap<OpenFile, Promise<Uint8Array>>()

/** The next byte; none at the end. Whoever gave up waiting, at ^C or a time-out, leaves it to the next who asks. */
export function nextByte(file: OpenFile): Promise<Uint8Array> {
  const before = waiting.get(file)
  if (before !== undefined) return before
  const reading = file.read(1).finally(() => waiting.delete(file))
  waiting.set(file, reading)
  return reading
}
