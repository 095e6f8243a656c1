import type { OpenFile } from '../../../node/process.ts'

/** A script's lines, of which a COPY in it takes those that follow. */
export class Lines {
  readonly file: OpenFile | undefined
  /** Of the line that came last. */
  number = 0
  readonly #decoder = new TextDecoder()
  #rest = ''
  #ended = false

  constructor(file: OpenFile | undefined) {
    this.file = file
  }

  /** With its end; empty after the last. */
  async next(): Promise<string> {
    let end = this.#rest.indexOf('\n')
    while (end < 0 && !this.#ended) {
      const from = this.#rest.length
      const chunk = (await this.file?.read(65_536)) ?? new Uint8Array(0)
      this.#ended = chunk.length === 0
      this.#rest += this.#decoder.decode(chunk, { stream: !this.#ended })
      end = this.#rest.indexOf('\n', from)
    }
    const line = this.#rest.slice(0, end < 0 ? this.#rest.length : end + 1)
    this.#rest = this.#rest.slice(line.length)
    // On a terminal, what has ended goes on with the next line.
    if (line === '') this.#ended = false
    else this.number += 1
    return line
  }
}
