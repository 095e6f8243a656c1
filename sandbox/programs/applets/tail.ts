import type { OpenFile } from '../../node/process.ts'
import { applet, type Call, Failure, numberIn } from './applet.ts'
import { chunks, decode, mayHold } from './bytes.ts'
import { amount, header, oldStyle, wholeLines } from './head.ts'

interface Followed {
  readonly path: string
  file: OpenFile | undefined
  read: number
}

export const tail = applet({
  name: 'tail',
  usage: '[OPTIONS] [FILE]...',
  options: 'fn:c:qvFs:',
  long: { lines: 'n', bytes: 'c', quiet: 'q', follow: 'f', retry: 'F' },
  prepare: oldStyle(/^[-+]\d+$/),
  opens: ["can't open '%'", "cannot open '%' for reading"],
  reads: ['read error: @', "error reading '%': @"],
  run: async (call) => {
    const retries = call.has('F')
    const followed: Followed[] = []
    const paths = call.words.length === 0 ? ['-'] : call.words
    for (const path of paths) {
      const file = await call.open(path)
      if (file === undefined && !retries) continue
      const each = { path, file, read: 0 }
      followed.push(each)
      // BusyBox's opens all of them before it prints any.
      if (call.gnu) await printEnd(call, each, followed.length === 1, paths.length > 1)
    }
    if (!call.gnu)
      for (const [at, each] of followed.entries()) await printEnd(call, each, at === 0, followed.length > 1)
    if (!call.has('fF')) return
    if (followed.length === 0) throw new Failure(call.says('no files', 'no files remaining'))
    await call.flush()
    await follow(call, followed, retries)
  },
})

async function printEnd(call: Call, each: Followed, first: boolean, several: boolean): Promise<void> {
  if (each.file === undefined) return
  await header(call, each.path, first, several)
  const [given, bytes] = [call.value('c') ?? call.value('n') ?? '10', call.has('c')]
  let [text, limit] = ['', 1 << 20]
  try {
    for await (const chunk of chunks(each.file)) {
      text += decode(chunk)
      each.read += chunk.length
      // Of what never ends, only so much is kept.
      if (text.length > limit && !given.startsWith('+')) {
        text = last(text, given, bytes)
        limit = Math.max(limit, 2 * text.length)
      }
      mayHold(text.length)
    }
  } catch (error) {
    await call.cannotRead(error, each.path)
  }
  await call.out(last(text, given, bytes))
}

function last(text: string, given: string, bytes: boolean): string {
  const count = amount(given)
  const from = given.startsWith('+') ? Math.max(0, count - 1) : count === 0 ? Infinity : -count
  return bytes ? text.slice(from) : wholeLines(text).slice(from).join('')
}

/** Looks once a second, as BusyBox's does. */
async function follow(call: Call, followed: readonly Followed[], retries: boolean): Promise<never> {
  const pause = numberIn(call.value('s') ?? '1') * 1000
  let before = followed.at(-1)
  for (;;) {
    await call.process.sleep(pause)
    for (const each of followed) {
      if (retries) await reopen(call, each)
      const text = each.file === undefined ? '' : await news(each, each.file)
      if (text === '') continue
      if (each !== before && followed.length > 1 && !call.has('q')) await call.line(`\n==> ${each.path} <==`)
      before = each
      await call.out(text)
      await call.flush()
    }
  }
}

async function news(each: Followed, file: OpenFile): Promise<string> {
  const { size, type } = await file.stat()
  if (type === 'file' && size < each.read && size > 0) each.read = await file.seek(0, 'start')
  let text = ''
  for (;;) {
    const piece = await file.read(65_536)
    if (piece.length === 0) break
    text += decode(piece)
    if (type !== 'file') break
  }
  each.read += text.length
  return text
}

async function reopen(call: Call, each: Followed): Promise<void> {
  const there = await call.files.stat(each.path).catch(() => undefined)
  const held = await each.file?.stat()
  if (there !== undefined && held?.inode === there.inode && held.device === there.device) return
  const had = each.file !== undefined
  each.file?.close()
  each.file = await call.files.open(each.path, { read: true }).catch(() => undefined)
  each.read = 0
  if (each.file !== undefined)
    await call.complain(`${each.path} has ${had ? 'been replaced' : 'appeared'}; following end of new file`)
  else if (had) await call.complain(`${each.path} has become inaccessible: No such file or directory`)
}
