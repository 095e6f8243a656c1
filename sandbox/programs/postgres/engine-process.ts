// A PostgreSQL in a process of its own: PGlite gives its memory back in no other way. It has one session, and who uses it is its parent's to settle.
import { Worker } from 'node:worker_threads'
import { PGlite } from '@electric-sql/pglite'
import { fill } from './engine-folder.ts'
import { placed } from './engine-place.ts'

/** What its parent asks: a database to be in, and a message of the wire protocol to answer. */
export interface Question {
  readonly id: number
  /** None: whichever is open. */
  readonly database: string | undefined
  readonly message: Uint8Array
}

export type Reply = { readonly id: number } & ({ readonly answer: Uint8Array } | { readonly failure: string })

const [folder = '', data = ''] = process.argv.slice(2)
let open: { readonly name: string; readonly session: PGlite } | undefined

async function sessionIn(database = open?.name ?? 'postgres'): Promise<PGlite> {
  if (open?.name === database) return open.session
  const before = open
  open = undefined
  await before?.session.close()
  open = { name: database, session: await PGlite.create({ ...placed(folder, data), database }) }
  return open.session
}

async function answerTo({ id, database, message }: Question): Promise<Reply> {
  try {
    const session = await sessionIn(database)
    return { id, answer: await session.execProtocolRaw(message) }
  } catch (error) {
    return { id, failure: error instanceof Error ? error.message : String(error) }
  }
}

// With its parent gone, however that went, there is nobody to work for: stdin ends, which a thread of its own sees, as a query holds this one up.
const watching = `new (require('net').Socket)({ fd: 0 }).resume().on('close', () => process.kill(process.pid, 'SIGKILL'))`
const watch = new Worker(watching, { eval: true, execArgv: [] })
watch.unref()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})

let turn = Promise.resolve()
process.on('message', (asked: Question | 'close') => {
  turn = turn.then(async () => {
    if (asked !== 'close') return void process.send?.(await answerTo(asked))
    await open?.session.close()
    process.exit(0)
  })
})
fill(folder)
