import { type Call, Failure } from './applet.ts'
import { decode, encode, lines } from './bytes.ts'
import type { Pattern } from './regex.ts'
import type { Address, Command, Substitution } from './sed-script.ts'

/** Applies a script to lines, one cycle each. */
export class Editor {
  readonly #call: Call
  readonly #commands: readonly Command[]
  readonly #labels: ReadonlyMap<string, number>
  readonly #lines: AsyncIterator<string>
  readonly #out: (text: string) => Promise<void>
  /** Where a range has begun: up to which line, or until its end is found. */
  readonly #ranges = new Map<Command, number>()
  #next: IteratorResult<string> | undefined
  #number = 0
  #space = ''
  #newline = '\n'
  #hold = ''
  #after: string[] = []
  #last: Pattern | undefined
  #substituted = false

  constructor(
    call: Call,
    commands: readonly Command[],
    paths: readonly string[],
    out: (text: string) => Promise<void>,
  ) {
    this.#call = call
    this.#commands = commands
    this.#labels = new Map(commands.flatMap(({ name, text }, at) => (name === ':' ? [[text, at] as const] : [])))
    this.#lines = readable(call, paths)
    this.#out = out
  }

  /** The exit code that q has asked for. */
  async run(): Promise<number | undefined> {
    while (await this.#read(false)) {
      const code = await this.#cycle()
      if (code !== undefined) return code < 0 ? undefined : code
    }
    return undefined
  }

  async #read(append: boolean): Promise<boolean> {
    this.#next ??= await this.#lines.next()
    const { done, value } = this.#next
    if (done === true) return false
    this.#next = await this.#lines.next()
    this.#number += 1
    this.#newline = value.endsWith('\n') ? '\n' : ''
    const text = this.#newline === '' ? value : value.slice(0, -1)
    this.#space = append ? `${this.#space}\n${text}` : text
    return true
  }

  #isLast(): boolean {
    return this.#next?.done === true
  }

  async #cycle(): Promise<number | undefined> {
    let quits: number | undefined
    for (let at = 0; at < this.#commands.length; at += 1) {
      const command = this.#commands[at]
      if (command === undefined) break
      await this.#call.process.step()
      if (this.#selects(command) === command.negated) {
        if (command.name === '{') at = command.jump
        continue
      }
      const next = await this.#actions[command.name]?.(command)
      if (next === 'delete') return this.#end(false)
      if (next === 'quit') {
        quits = Number(command.text || 0)
        break
      }
      if (next === 'vanish') return (await this.#end(false)) ?? Number(command.text || 0)
      if (next === 'end') {
        await this.#end(true)
        return -1
      }
      if (next === 'restart') at = -1
      else if (typeof next === 'number') at = next
    }
    await this.#end(true)
    return quits
  }

  async #end(prints: boolean): Promise<undefined> {
    if (prints) await this.#print()
    else for (const text of this.#after.splice(0)) await this.#out(text)
    this.#substituted = false
  }

  /** What each letter does; where the cycle goes on from, if not with the next command. */
  readonly #actions: Readonly<Record<string, (command: Command) => unknown>> = {
    s: ({ substitution }) => substitution && this.#substitute(substitution),
    p: () => this.#out(`${this.#space}\n`),
    P: () => this.#out(`${this.#space.split('\n')[0] ?? ''}\n`),
    d: () => 'delete',
    D: () => {
      if (!this.#space.includes('\n')) return 'delete'
      this.#space = this.#space.slice(this.#space.indexOf('\n') + 1)
      return 'restart'
    },
    q: () => 'quit',
    '=': () => this.#out(`${this.#number}\n`),
    a: ({ text }) => void this.#after.push(text),
    i: ({ text }) => this.#out(text),
    c: async (command) => {
      if (command.to === undefined || !this.#ranges.has(command)) await this.#out(command.text)
      return 'delete'
    },
    r: async ({ text }) => void this.#after.push(await this.#call.files.read(text).then(decode, () => '')),
    w: ({ text }) => this.#save(text, `${this.#space}\n`),
    n: async () => {
      await this.#print()
      return this.#isLast() ? 'vanish' : void (await this.#read(false))
    },
    N: async () => (this.#isLast() ? 'end' : void (await this.#read(true))),
    g: () => void (this.#space = this.#hold),
    G: () => void (this.#space += `\n${this.#hold}`),
    h: () => void (this.#hold = this.#space),
    H: () => void (this.#hold += `\n${this.#space}`),
    x: () => void ([this.#space, this.#hold] = [this.#hold, this.#space]),
    b: ({ text }) => this.#jump(text),
    t: ({ text }) => {
      const goes = this.#substituted
      this.#substituted = false
      return goes ? this.#jump(text) : undefined
    },
  }

  async #print(): Promise<void> {
    if (!this.#call.has('n')) await this.#out(this.#space + this.#newline)
    for (const text of this.#after.splice(0)) await this.#out(text)
  }

  #jump(label: string): number {
    if (label === '') return this.#commands.length
    const at = this.#labels.get(label)
    if (at === undefined) throw new Failure(`can't find label for jump to '${label}'`)
    return at
  }

  #fits(address: Address): boolean {
    switch (address.type) {
      case 'line':
        return this.#number === address.line
      case 'last':
        return this.#isLast()
      case 'more':
        return false
      case 'pattern':
        return this.#find(address.pattern, this.#space, 0) !== undefined
    }
  }

  #selects(command: Command): boolean {
    const { from, to } = command
    if (from === undefined) return true
    if (to === undefined) return this.#fits(from)
    const until = this.#ranges.get(command)
    if (until !== undefined) {
      const over = to.type === 'line' || to.type === 'more' ? this.#number >= until : this.#fits(to)
      if (over) this.#ranges.delete(command)
      return !(over && this.#number > until && to.type === 'line')
    }
    const zero = from.type === 'line' && from.line === 0 && this.#number === 1
    if (!zero && !this.#fits(from)) return false
    if (zero && this.#fits(to)) return true
    const end = to.type === 'line' ? to.line : to.type === 'more' ? this.#number + to.lines : Infinity
    if (end > this.#number && !this.#isLast()) this.#ranges.set(command, end)
    return true
  }

  #find(pattern: Pattern | undefined, text: string, from: number) {
    const used = pattern ?? this.#last
    if (used === undefined) throw new Failure('no previous regexp')
    this.#last = used
    return used.find(text, from)
  }

  async #substitute({ pattern, parts, global, nth, print, file }: Substitution): Promise<void> {
    const text = this.#space
    let [out, from, count, done] = ['', 0, 0, false]
    for (let start = 0; start <= text.length;) {
      const match = this.#find(pattern, text, start)
      if (match === undefined) break
      count += 1
      if (count >= nth) {
        out +=
          text.slice(from, match.start) +
          parts.map((part) => (typeof part === 'string' ? part : match.group(part))).join('')
        from = match.end
        done = true
        if (!global) break
      }
      // Behind an empty match the next character stays, and an empty match right behind another one does not count.
      start = match.end === match.start ? match.end + 1 : match.end
      if (match.end > match.start && this.#find(pattern, text, start)?.end === start) {
        out += text.slice(from, start + 1)
        from = start += 1
      }
    }
    if (!done) return
    this.#space = out + text.slice(from)
    this.#substituted = true
    if (print) await this.#out(`${this.#space}\n`)
    if (file !== undefined) await this.#save(file, `${this.#space}\n`)
  }

  async #save(path: string, text: string): Promise<void> {
    if (path === '/dev/stdout') return this.#out(text)
    const target = await this.#call.files.open(path, { write: true, create: true, append: true })
    await target.write(encode(text))
    target.close()
  }
}

async function* readable(call: Call, paths: readonly string[]): AsyncGenerator<string> {
  for (const path of paths.length === 0 ? ['-'] : paths) {
    const file = await call.open(path)
    try {
      if (file !== undefined) yield* lines(file)
    } catch (error) {
      await call.cannotRead(error, path)
    }
    if (call.gnu && call.status !== 0) call.status = 2
  }
}
