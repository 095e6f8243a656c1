import type { LessonName } from '../contents.ts'
import type { Pace, Wish } from '../stage/pace.ts'
import { Leaving } from '../stage/pace.ts'

/** What a pause can be asked for. */
export type Key = 'on' | 'skip' | 'again' | 'manifest' | 'shell' | 'restart' | 'quit' | 'help'

const pauseKeys: Readonly<Record<string, Key>> = {
  '\r': 'on',
  '\n': 'on',
  ' ': 'on',
  n: 'on',
  '\u001B[C': 'on',
  s: 'skip',
  a: 'again',
  m: 'manifest',
  '!': 'shell',
  r: 'restart',
  q: 'quit',
  '?': 'help',
  h: 'help',
}

const waitKeys: Readonly<Record<string, Wish>> = { h: 'hurry', x: 'stop' }

export interface KeyboardOptions {
  readonly stdin: NodeJS.ReadStream
  /** Ctrl-C, read as a key because the terminal is in raw mode. */
  readonly interrupt: () => void
  /** Does what a key asks for and comes back; the terminal is in its ordinary mode meanwhile. */
  readonly does: Readonly<Record<'again' | 'manifest' | 'help', () => void>>
  readonly shell: (lesson: LessonName) => Promise<void>
  readonly confirm: (question: string, initial: boolean) => Promise<boolean>
  readonly showKeys: () => void
}

/**
 * Somebody at a terminal. It stays in raw mode while lessons play, so that what is typed while a command runs or a wait lasts goes nowhere,
 * and is given back for a question, for the learner's shell, and at the end.
 */
export class Keyboard implements Pace {
  readonly attended = true
  readonly #options: KeyboardOptions
  #listener: ((key: string) => void) | undefined
  readonly #data = (bytes: Buffer) => this.#pressed(bytes.toString())
  readonly #resume = () => this.open()

  constructor(options: KeyboardOptions) {
    this.#options = options
  }

  open(): void {
    const { stdin } = this.#options
    stdin.setRawMode(true)
    stdin.off('data', this.#data)
    stdin.on('data', this.#data)
    stdin.resume()
  }

  close(): void {
    const { stdin } = this.#options
    stdin.off('data', this.#data)
    if (stdin.isTTY) stdin.setRawMode(false)
    stdin.pause()
  }

  async pause(lesson: LessonName, signal: AbortSignal): Promise<'on' | 'skip'> {
    for (;;) {
      const key = await this.#next(pauseKeys, signal)
      switch (key) {
        case 'on':
        case 'skip':
          return key
        case 'again':
        case 'manifest':
        case 'help':
          this.#options.does[key]()
          break
        case 'shell':
          await this.#lent(() => this.#options.shell(lesson))
          break
        case 'restart':
          if (await this.#lent(() => this.#options.confirm('Play this lesson again from its start?', false)))
            throw new Leaving('restart', true)
          break
        case 'quit':
          throw new Leaving('quit', await this.#lent(() => this.#options.confirm('Clean up before leaving?', true)))
      }
      this.#options.showKeys()
    }
  }

  during(offers: ReadonlySet<Wish>, wished: (wish: Wish) => void): () => void {
    this.#listener = (key) => {
      const wish = waitKeys[key]
      if (wish !== undefined && offers.has(wish)) wished(wish)
    }
    return () => (this.#listener = undefined)
  }

  /** Resolves with the next key that means something; throws when the run is interrupted. */
  #next<T>(keys: Readonly<Record<string, T>>, signal: AbortSignal): Promise<T> {
    return new Promise((done, failed) => {
      const stop = () => {
        this.#listener = undefined
        signal.removeEventListener('abort', aborted)
      }
      const aborted = () => {
        stop()
        failed(signal.reason as Error)
      }
      signal.addEventListener('abort', aborted, { once: true })
      if (signal.aborted) return aborted()
      this.#listener = (key) => {
        const meaning = keys[key]
        if (meaning === undefined) return
        stop()
        done(meaning)
      }
    })
  }

  async #lent<T>(work: () => Promise<T>): Promise<T> {
    this.close()
    try {
      return await work()
    } finally {
      this.open()
    }
  }

  #pressed(key: string): void {
    if (key === '\u0003') this.#options.interrupt()
    else if (key === '\u001A') this.#suspend()
    else this.#listener?.(key)
  }

  // Ctrl-Z is a key in raw mode too: the shell that started us gets its terminal back.
  #suspend(): void {
    this.close()
    process.once('SIGCONT', this.#resume)
    process.kill(process.pid, 'SIGTSTP')
  }
}
