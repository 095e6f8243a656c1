// The database's side that the container's processes see: one child process a data folder, asked by one session after another.
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Process } from '../../node/process.ts'
import { folderFor } from './data-folder.ts'
import type { Question, Reply } from './engine-process.ts'
import { queryMessage, rowsOf, statusOf } from './wire.ts'

/** Who asks. While a session is in a transaction, the others wait. */
export interface Asker {
  readonly user: string
  /** Any that is open will do where there is none: to open another takes half a second. */
  readonly database?: string
}

export class Engine {
  readonly #child
  readonly #waiting = new Map<number, { done: (answer: Uint8Array) => void; fail: (error: Error) => void }>()
  readonly ended: Promise<void>
  ending = false
  #asked = 0
  #turn: Promise<unknown> = Promise.resolve()
  /** The session whose transaction is open. */
  #held: { readonly by: Asker; readonly released: Promise<void>; readonly release: () => void } | undefined
  #user = ''
  #database: string | undefined

  constructor(folder: string, data: string) {
    const source = import.meta.url.endsWith('.ts')
    const file = fileURLToPath(new URL(source ? 'engine-process.ts' : 'engine-process.js', import.meta.url))
    this.#child = fork(file, [folder, data], {
      execArgv: source ? ['--import', import.meta.resolve('tsx')] : [],
      env: {},
      serialization: 'advanced',
      // Its stdin says when its parent is gone, also while a query keeps it from listening.
      stdio: ['pipe', 'ignore', 'ignore', 'ipc'],
    })
    this.#child.on('message', (reply: Reply) => {
      const asker = this.#waiting.get(reply.id)
      this.#waiting.delete(reply.id)
      if ('answer' in reply) asker?.done(reply.answer)
      else asker?.fail(new Error(reply.failure))
    })
    this.#child.on('error', () => {})
    this.ended = new Promise((done) =>
      this.#child.once('exit', () => {
        for (const { fail } of this.#waiting.values()) fail(new Error('the database has ended'))
        done()
      }),
    )
  }

  /** The role that initdb has made, whatever it is called. */
  async owner(): Promise<Asker> {
    const answer = await this.#send(undefined, queryMessage('SELECT rolname FROM pg_roles WHERE oid = 10'))
    return { user: rowsOf(answer)[0]?.[0] ?? 'postgres' }
  }

  /** Answers a message, or several up to a Sync, of one session. */
  async ask(asker: Asker, message: Uint8Array): Promise<Uint8Array> {
    for (;;) {
      if (this.#held !== undefined && this.#held.by !== asker) await this.#held.released
      else {
        const answer = this.#turn.then(() =>
          this.#held === undefined || this.#held.by === asker ? this.#answer(asker, message) : undefined,
        )
        this.#turn = answer.catch(() => {})
        const answered = await answer
        if (answered !== undefined) return answered
      }
    }
  }

  async #answer(asker: Asker, message: Uint8Array): Promise<Uint8Array> {
    if (asker.database !== undefined && this.#database !== asker.database)
      [this.#user, this.#database] = ['', asker.database]
    if (asker.user !== this.#user)
      await this.#send(this.#database, queryMessage(`SET SESSION AUTHORIZATION ${quoted(asker.user)}`))
    this.#user = asker.user
    const answer = await this.#send(this.#database, message)
    this.#hold(asker, statusOf(answer) ?? 'I')
    return answer
  }

  #hold(asker: Asker, status: string): void {
    if (status === 'I') {
      this.#held?.release()
      this.#held = undefined
    } else if (this.#held === undefined) {
      let release = () => {}
      const released = new Promise<void>((done) => (release = done))
      this.#held = { by: asker, released, release }
    }
  }

  #send(database: string | undefined, message: Uint8Array): Promise<Uint8Array> {
    this.#asked += 1
    const id = this.#asked
    return new Promise((done, fail) => {
      if (!this.#child.connected) return fail(new Error('the database has ended'))
      this.#waiting.set(id, { done, fail })
      this.#child.send({ id, database, message } satisfies Question)
    })
  }

  /** Ends a session: what it has begun is undone. */
  async leave(asker: Asker): Promise<void> {
    if (this.#held?.by === asker) await this.ask(asker, queryMessage('ROLLBACK')).catch(() => {})
  }

  /** In order, as a fast shutdown. */
  async close(): Promise<void> {
    this.ending = true
    if (this.#child.connected) this.#child.send('close')
    await this.ended
  }

  readonly kill = (): void => {
    this.ending = true
    this.#child.kill('SIGKILL')
  }
}

export const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`

/** By the host's folder: those that a server has, and those that wait for the next one. */
const parked = new Map<string, Engine>()
const running = new Map<string, Engine>()

/** Whether a server has opened this data directory, in whatever container. One that is about to end is waited for. */
export async function isRunning(process: Process, data: string): Promise<boolean> {
  const engine = running.get(folderFor(process, data))
  if (engine?.ending === true) await engine.ended
  return engine !== undefined && !engine.ending
}

/** It ends with the process that starts it, unless that parks it first. */
export function startEngine(process: Process, data: string): Engine {
  process.ending.throwIfAborted()
  const folder = folderFor(process, data)
  const engine = parked.get(folder) ?? new Engine(folder, data)
  parked.delete(folder)
  running.set(folder, engine)
  process.ending.addEventListener('abort', engine.kill)
  void engine.ended.then(() => {
    if (running.get(folder) === engine) running.delete(folder)
    if (parked.get(folder) === engine) parked.delete(folder)
  })
  return engine
}

/** Leaves it open for the server that is started next: opening takes as long as all the rest. */
export function park(process: Process, data: string, engine: Engine): void {
  const folder = folderFor(process, data)
  process.ending.removeEventListener('abort', engine.kill)
  running.delete(folder)
  parked.set(folder, engine)
}

/** Where no server has come for it. */
export function dropParked(process: Process, data: string): void {
  parked.get(folderFor(process, data))?.kill()
}
