// A line on a screen, and the cursor in it.

/** What shows a line after a change: as few characters as possible, in the terminal's own words. */
export class EditedLine {
  readonly #prompt: string
  readonly #columns: () => number
  readonly #show: (text: string) => Promise<void>
  #chars: string[] = []
  #at = 0
  /** The screen row of the cursor, counted from the prompt's. */
  #row = 0

  constructor(prompt: string, columns: () => number, show: (text: string) => Promise<void>) {
    this.#prompt = prompt
    this.#columns = columns
    this.#show = show
  }

  get text(): string {
    return this.#chars.join('')
  }

  get before(): string {
    return this.#chars.slice(0, this.#at).join('')
  }

  async insert(text: string): Promise<void> {
    const added = [...text]
    this.#chars.splice(this.#at, 0, ...added)
    this.#at += added.length
    const end = this.#at === this.#chars.length
    if (end && this.#cells(this.#chars.length) < this.#columns()) await this.#show(text)
    else await this.draw()
  }

  async replace(text: string): Promise<void> {
    this.#chars = [...text]
    this.#at = this.#chars.length
    await this.draw()
  }

  async move(to: number): Promise<void> {
    const target = Math.max(0, Math.min(to, this.#chars.length))
    const rest = this.#at - target
    if (rest === 0) return
    const across = this.#rowOf(target) !== this.#row
    const passed = this.#chars.slice(this.#at, target).join('')
    this.#at = target
    await (across ? this.draw() : this.#show(rest > 0 ? '\b'.repeat(rest) : passed))
  }

  left = () => this.move(this.#at - 1)
  right = () => this.move(this.#at + 1)
  home = () => this.move(0)
  end = () => this.move(this.#chars.length)

  wordLeft(): Promise<void> {
    return this.move(this.#wordStart())
  }

  wordRight(): Promise<void> {
    const rest = this.#chars.slice(this.#at).join('')
    return this.move(this.#at + (/^\s*\S*/.exec(rest)?.[0].length ?? 0))
  }

  /** Removes from there up to the cursor. */
  async #removeFrom(start: number): Promise<void> {
    const count = this.#at - start
    if (count <= 0) return
    this.#chars.splice(start, count)
    this.#at = start
    if (start === this.#chars.length && this.#row === 0) await this.#show(`${'\b'.repeat(count)}\x1B[J`)
    else await this.draw()
  }

  backspace = () => this.#removeFrom(Math.max(0, this.#at - 1))
  eraseWord = () => this.#removeFrom(this.#wordStart())

  async eraseBefore(): Promise<void> {
    this.#chars.splice(0, this.#at)
    this.#at = 0
    await this.draw()
  }

  async eraseAfter(): Promise<void> {
    this.#chars.splice(this.#at)
    await this.#show('\x1B[J')
  }

  async erase(): Promise<void> {
    if (this.#chars.splice(this.#at, 1).length > 0) await this.draw()
  }

  /** All of it anew, from the prompt on; `fresh`: on a screen row that is still empty. */
  async draw(fresh = false): Promise<void> {
    const up = fresh || this.#row === 0 ? '' : `\x1B[${this.#row}A`
    const columns = this.#columns()
    const last = this.#rowOf(this.#chars.length)
    this.#row = this.#rowOf(this.#at)
    // A row that is exactly full leaves the cursor on it.
    const wrap = last > 0 && this.#cells(this.#chars.length) % columns === 0 ? '\r\n' : ''
    const back =
      this.#at === this.#chars.length
        ? ''
        : last === this.#row
          ? '\b'.repeat(this.#chars.length - this.#at)
          : `\x1B[${last - this.#row}A\r${this.#cells(this.#at) % columns === 0 ? '' : `\x1B[${this.#cells(this.#at) % columns}C`}`
    await this.#show(`${up}\r${this.#prompt}${this.text}${wrap}\x1B[J${back}`)
  }

  #wordStart(): number {
    return this.before.replace(/\S*\s*$/, '').length
  }

  #cells(chars: number): number {
    // oxlint-disable-next-line no-control-regex
    return this.#prompt.replaceAll(/\x1B\[[0-9;]*[A-Za-z]|[\x01\x02]/g, '').length + chars
  }

  #rowOf(chars: number): number {
    return Math.floor(this.#cells(chars) / Math.max(1, this.#columns()))
  }
}
