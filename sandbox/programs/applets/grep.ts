import { Errno, type OpenFile } from '../../node/process.ts'
import { type Applet, applet, type Call, Failure, Misused } from './applet.ts'
import { chomp, decode, lines, splitLines } from './bytes.ts'
import { walk } from './files.ts'
import { BadPattern, compilePattern, type Match, type Pattern } from './regex.ts'

const grepNamed = (name: string): Applet =>
  applet({
    name,
    usage: '[-HhnlLoqvsrRiwFE] [-m N] [-A|B|C N] { PATTERN | -e PATTERN... | -f FILE... } [FILE]...',
    options: 'HhnlLoqvsrRiwxFEacm:A:B:C:e:f:zI',
    long: {
      count: 'c',
      'ignore-case': 'i',
      'invert-match': 'v',
      'line-number': 'n',
      quiet: 'q',
      recursive: 'r',
      'extended-regexp': 'E',
      'fixed-strings': 'F',
      'only-matching': 'o',
      'files-with-matches': 'l',
      'word-regexp': 'w',
      regexp: 'e',
      'max-count': 'm',
      text: 'a',
    },
    misuse: 2,
    run: async (call) => {
      const patterns = call.values('e').flatMap((text) => text.split('\n'))
      for (const path of call.values('f')) patterns.push(...splitLines(decode(await call.files.read(path))))
      let paths = call.words
      if (!call.has('e') && !call.has('f')) {
        if (paths[0] === undefined) return noPattern(call)
        patterns.push(...paths[0].split('\n'))
        paths = paths.slice(1)
      }
      return new Search(
        call,
        patterns.map((text) => compiled(call, name, text)),
        paths,
      ).run()
    },
  })

export const grep = grepNamed('grep')
export const egrep = grepNamed('egrep')
export const fgrep = grepNamed('fgrep')

function compiled(call: Call, name: string, text: string): Pattern {
  try {
    return compilePattern(text, {
      extended: call.has('E') || name === 'egrep',
      fixed: call.has('F') || name === 'fgrep',
      ignoreCase: call.has('i'),
      whole: call.has('x') ? 'line' : call.has('w') ? 'word' : undefined,
    })
  } catch (error) {
    if (error instanceof BadPattern)
      throw new Failure(call.says(`bad regex '${text}': ${error.message}`, error.message), 2)
    throw error
  }
}

/** Which BusyBox's takes for an empty file. */
const isFolder = (error: unknown) => error instanceof Errno && error.code === 'EISDIR'

/** GNU's has a usage line of its own. */
async function noPattern(call: Call): Promise<number> {
  if (!call.gnu) throw new Misused()
  await call.write(2, "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n")
  return 2
}

class Search {
  readonly #call: Call
  readonly #patterns: readonly Pattern[]
  readonly #paths: readonly string[]
  readonly #before: number
  readonly #after: number
  readonly #names: boolean
  #found = false
  #printedAny = false

  constructor(call: Call, patterns: readonly Pattern[], paths: readonly string[]) {
    const recursive = call.has('rR')
    this.#call = call
    this.#patterns = patterns
    this.#paths = recursive && paths.length === 0 ? ['.'] : paths
    this.#before = call.number('B', call.number('C', 0))
    this.#after = call.number('A', call.number('C', 0))
    this.#names = call.has('H') || (!call.has('h') && (recursive || paths.length > 1))
  }

  async run(): Promise<number> {
    const call = this.#call
    let failed = false
    for (const path of this.#paths.length === 0 ? ['-'] : this.#paths)
      for await (const each of this.#files(path)) {
        try {
          const file = each === '-' ? call.stdin : await call.files.open(each, { read: true })
          await this.#file(each, file)
          if (file !== call.stdin) file.close()
        } catch (error) {
          if (!call.gnu && isFolder(error)) continue
          failed = true
          if (call.has('s')) continue
          await call.refuse(error, each)
        }
        if (this.#found && call.has('q')) return 0
      }
    return failed ? 2 : this.#found ? 0 : 1
  }

  async *#files(path: string): AsyncGenerator<string> {
    if ((!this.#call.has('r') && !this.#call.has('R')) || path === '-') return yield path
    const root = await this.#call.files.stat(path).catch(() => undefined)
    if (root?.type !== 'directory') return yield path
    for await (const { path: each, stat } of walk(this.#call.files, path)) if (stat.type === 'file') yield each
  }

  async #file(path: string, file: OpenFile): Promise<void> {
    const call = this.#call
    const name = path === '-' ? '(standard input)' : path
    const limit = call.number('m', Infinity)
    const waiting: (readonly [number, string])[] = []
    let [number, selected, afterwards, lastPrinted] = [0, 0, 0, 0]
    const print = async (at: number, text: string, mark: string) => {
      if ((this.#before > 0 || this.#after > 0) && this.#printedAny && at !== lastPrinted + 1) await call.out('--\n')
      this.#printedAny = true
      lastPrinted = at
      await call.out(`${this.#names ? name + mark : ''}${call.has('n') ? at + mark : ''}${text}\n`)
    }
    for await (const line of lines(file)) {
      number += 1
      const text = chomp(line)
      if ((this.#match(text) !== undefined) !== call.has('v')) {
        this.#found = true
        selected += 1
        if (call.has('qlL')) break
        if (!call.has('c')) {
          for (const [at, before] of waiting.splice(0)) await print(at, before, '-')
          if (!call.has('o')) await print(number, text, ':')
          else if (!call.has('v')) for (const part of this.#parts(text)) await print(number, part, ':')
        }
        afterwards = this.#after
        if (selected >= limit) break
      } else if (afterwards > 0 && !call.has('c')) {
        afterwards -= 1
        await print(number, text, '-')
      } else if (this.#before > 0) {
        waiting.push([number, text])
        if (waiting.length > this.#before) waiting.shift()
      }
      await call.process.step()
    }
    if (call.has('q')) return
    if (call.has('lL')) {
      if (selected > 0 === call.has('l')) await call.line(name)
    } else if (call.has('c')) await call.line(`${this.#names ? `${name}:` : ''}${selected}`)
  }

  /** The leftmost match of any pattern from `from` on, the longest of those. */
  #match(text: string, from = 0): Match | undefined {
    let best: Match | undefined
    for (const pattern of this.#patterns) {
      const match = pattern.find(text, from)
      if (match === undefined) continue
      if (best === undefined || match.start < best.start || (match.start === best.start && match.end > best.end))
        best = match
    }
    return best
  }

  *#parts(text: string): Generator<string> {
    for (let match = this.#match(text); match !== undefined;) {
      if (match.end > match.start) yield text.slice(match.start, match.end)
      match = this.#match(text, Math.max(match.end, match.start + 1))
    }
  }
}
